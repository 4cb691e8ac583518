"""Connections for staff: whose holds, since when, and what it may do; never a token or a secret."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.upwork.models import Connection


@admin.register(Connection)
class ConnectionAdmin(ReadOnlyAdmin):
    """`expires_at` and `token_version` tell how fresh the access is and how often it was renewed."""

    list_display = ("owner", "state", "is_sandbox", "connected_at", "expires_at", "proposals_synced_at")
    list_filter = ("state", "is_sandbox", "connected_at")
    list_select_related = ("owner",)
    search_fields = ("owner__email", "public_id__exact")
    ordering = ("-pk",)
    fields = (
        "public_id", "owner", "state", "is_sandbox", "connected_at", "expires_at", "token_version", "refreshing_until",
        "capabilities", "probed_at", "proposals_synced_at", "proposals_due_at", "updated_at",
    )  # fmt: skip
