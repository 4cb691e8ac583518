"""Pages of proposals."""

from apps.proposals.views.board import move, pipeline
from apps.proposals.views.editor import (
    approve,
    detail,
    draft_cancel,
    draft_create,
    fee,
    letter,
    mark_not_sent,
    mark_sent,
    rewrite,
    save,
    undo,
    version_compare,
    version_restore,
)

__all__ = [
    "approve",
    "detail",
    "draft_cancel",
    "draft_create",
    "fee",
    "letter",
    "mark_not_sent",
    "mark_sent",
    "move",
    "pipeline",
    "rewrite",
    "save",
    "undo",
    "version_compare",
    "version_restore",
]
