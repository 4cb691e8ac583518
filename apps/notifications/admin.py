"""Deliveries in the admin: what was sent when and how it ended, never what it said."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.notifications.models import Delivery


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "owner", "event", "channel", "state", "attempts", "due_at", "sent_at", "error")
    list_filter = ("state", "channel", "event", "created_at")
    list_select_related = ("owner",)
    search_fields = ("owner__email", "public_id__exact", "key")
    date_hierarchy = "created_at"
    fields = (
        "public_id", "owner", "event", "channel", "key", "state", "attempts", "due_at", "claimed_until", "sent_at",
        "read_at", "error", "created_at", "updated_at",
    )  # fmt: skip
