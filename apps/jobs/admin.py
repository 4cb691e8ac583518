"""Jobs for staff: how syncs go and what has been stored, to look at and never to change."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.jobs.models import Job, Match, SavedSearch


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Postings by what outlives their content; the texts are the marketplace's and not shown here."""

    list_display = (
        "upwork_id",
        "source",
        "kind",
        "category",
        "posted_at",
        "fetched_at",
        "content_expires_at",
        "content_purged_at",
    )
    list_filter = ("source", "kind", "posted_at")
    search_fields = ("upwork_id__exact", "public_id__exact")
    show_full_result_count = False
    fields = (
        "public_id", "upwork_id", "source", "kind", "category", "subcategory", "applicants", "posted_at", "renewed_at",
        "first_seen_at", "fetched_at", "revised_at", "content_expires_at", "content_purged_at",
    )  # fmt: skip


@admin.register(SavedSearch)
class SavedSearchAdmin(ReadOnlyAdmin):
    """Which searches are read, when, and what holds them up."""

    list_display = ("name", "owner", "is_active", "due_at", "synced_at", "failures", "error")
    list_filter = ("is_active", "failures")
    list_select_related = ("owner",)
    search_fields = ("owner__email", "public_id__exact")


@admin.register(Match)
class MatchAdmin(ReadOnlyAdmin):
    """The stages of a match with their times."""

    list_display = (
        "public_id",
        "owner",
        "score",
        "posted_at",
        "created_at",
        "notified_at",
        "opened_at",
        "hidden_reason",
    )
    list_filter = ("hidden_reason", "created_at")
    list_select_related = ("owner",)
    search_fields = ("owner__email", "public_id__exact")
    show_full_result_count = False
    fields = (
        "public_id", "owner", "score", "parts", "posted_at", "created_at", "notified_at", "opened_at", "saved_at", "hidden_at",
        "hidden_reason", "purged_at",
    )  # fmt: skip
