"""The steps that the tests of the sync take."""

from django.utils import timezone

from apps.jobs.models import SavedSearch
from apps.jobs.services import sync

PLAIN = {
    "description": "Plain words of a posting.",
    "skills": ("Zig",),
    "kind": "HOURLY",
    "fixed_cents": None,
    "scam": "",
}


def post(sandbox, title, **fields):
    return sandbox.market.post_job(title=title, specialty="python-backend", **{**PLAIN, **fields})


def run(search):
    return sync.sync_search(search_id=search.pk)


def make_due(search):
    SavedSearch.objects.filter(pk=search.pk).update(due_at=timezone.now())


def reload(search):
    return SavedSearch.objects.get(pk=search.pk)


def asked(sandbox, before):
    """How often the search was asked since."""
    after = sandbox.ledger()["counters"]
    return sum(after.get(name, 0) - before.get(name, 0) for name in after if "marketplaceJobPostingsSearch" in name)
