"""Reads of the proposals room."""

from apps.proposals.selectors.board import PAGE, Board, BoardFilter, board_of, column_of
from apps.proposals.selectors.editor import Editor, editor_of
from apps.proposals.selectors.letters import (
    LETTER_MOST,
    Blocker,
    Fee,
    Way,
    answers_of,
    content_gone,
    fee_for,
    is_being_written,
    is_content_gone,
    message_about,
    past_letters,
    questions_of,
    title_of,
    way_of_sending,
    what_blocks,
)

__all__ = [
    "LETTER_MOST",
    "PAGE",
    "Blocker",
    "Board",
    "BoardFilter",
    "Editor",
    "Fee",
    "Way",
    "answers_of",
    "board_of",
    "column_of",
    "content_gone",
    "editor_of",
    "fee_for",
    "is_being_written",
    "is_content_gone",
    "message_about",
    "past_letters",
    "questions_of",
    "title_of",
    "way_of_sending",
    "what_blocks",
]
