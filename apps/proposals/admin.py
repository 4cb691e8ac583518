"""Proposals for staff: whether one was sent, when and how; never what it says, nor the posting it answers."""

from django.contrib import admin
from django.http import HttpRequest

from apps.core.admin import ReadOnlyAdmin, ReadOnlyInline
from apps.proposals.models import Approval, Proposal, StatusChange


class StatusChangeInline(ReadOnlyInline):
    model = StatusChange
    fields = ("at", "from_status", "to_status", "source")


class ApprovalInline(ReadOnlyInline):
    model = Approval
    fields = ("approved_at", "bid_amount", "currency")


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """Where the one attempt to send stands, and the steps that led there."""

    personal = ("error", "remote_id")
    list_display = ("public_id", "owner", "status", "send_state", "sent_at", "sent_via", "error", "moved_at")
    list_filter = ("status", "send_state", "sent_via", "sent_at")
    list_select_related = ("owner",)
    search_fields = ("owner__email", "public_id__exact", "remote_id__exact", "job__upwork_id__exact")
    ordering = ("-pk",)
    show_full_result_count = False
    fields = (
        "public_id", "owner", "posting", "status", "moved_at", "bid_amount", "currency", "send_state", "send_after",
        "claimed_until", "check_at", "tries", "error", "remote_id", "sent_via", "sent_at", "viewed_at", "replied_at",
        "closed_at", "created_at",
    )  # fmt: skip
    inlines = (StatusChangeInline, ApprovalInline)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Proposal | None:
        """A proposal is named by its title, which is the marketplace's: here it goes by its number."""
        found: Proposal | None = super().get_object(request, object_id, from_field)
        if found:
            found.title = ""
        return found

    def posting(self, proposal: Proposal) -> str:
        return proposal.job.upwork_id
