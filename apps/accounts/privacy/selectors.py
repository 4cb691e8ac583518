"""Reads of the page. The rows are those of the owner in scope."""

from apps.accounts.models import Export


def newest_export(owner_id: int) -> Export | None:
    return Export.objects.filter(owner_id=owner_id).order_by("-created_at", "-pk").first()
