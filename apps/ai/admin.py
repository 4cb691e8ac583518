"""Staff look at what was asked and what it cost; texts are their owners', and the ledger is never edited."""

from django.contrib import admin

from apps.ai.models import Generation, LedgerEntry
from apps.core.admin import ReadOnlyAdmin


@admin.register(Generation)
class GenerationAdmin(ReadOnlyAdmin):
    list_display = ("public_id", "owner", "kind", "state", "error", "provider", "model", "attempt", "created_at")
    list_filter = ("state", "error", "provider", "is_own_key", "is_sandbox", "is_cached", "created_at")
    list_select_related = ("owner",)
    search_fields = ("public_id__exact", "owner__email")
    exclude = ("facts", "text", "answers")


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = (
        "created_at", "owner", "purpose", "provider", "model", "outcome", "error", "prompt_tokens",
        "completion_tokens", "cost", "is_own_key", "latency_ms", "first_token_ms",
    )  # fmt: skip
    list_filter = ("outcome", "error", "provider", "model", "is_own_key", "is_sandbox", "created_at")
    list_select_related = ("owner",)
    search_fields = ("owner__email", "generation__public_id__exact")
