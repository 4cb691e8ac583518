"""Every write of the proposals room."""

from apps.proposals.services.approving import approve_proposal, save_and_approve, undo_approval
from apps.proposals.services.drafting import (
    adopt_generation,
    cancel_draft,
    drafts_to_write,
    rewrite_letter,
    start_draft,
    write_draft,
)
from apps.proposals.services.editing import Saved, Typed, restore_version, save_edit, set_bid
from apps.proposals.services.forgetting import forget_questions
from apps.proposals.services.moving import mark_not_sent, mark_sent, move_proposal
from apps.proposals.services.sending import proposals_to_send, send_proposal
from apps.proposals.services.syncing import connections_to_sync, sync_connection

__all__ = [
    "Saved",
    "Typed",
    "adopt_generation",
    "approve_proposal",
    "cancel_draft",
    "connections_to_sync",
    "drafts_to_write",
    "forget_questions",
    "mark_not_sent",
    "mark_sent",
    "move_proposal",
    "proposals_to_send",
    "restore_version",
    "rewrite_letter",
    "save_and_approve",
    "save_edit",
    "send_proposal",
    "set_bid",
    "start_draft",
    "sync_connection",
    "undo_approval",
    "write_draft",
]
