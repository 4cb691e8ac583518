"""What this room holds of a person, for the registry of accounts."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.accounts import privacy
from apps.jobs.models import Job, Match, SavedSearch, ScoreWeights, Sighting
from apps.jobs.services import purge


def register() -> None:
    privacy.register(
        "searches",
        label=_("Searches, matches and marks"),
        purpose=_("To find the jobs that are worth a bid"),
        kept=privacy.during_account(),
        shared_with=_("Upwork: the words you search for"),
        models=[model._meta.label for model in (SavedSearch, ScoreWeights, Match)],
        export=_searches,
        erase=_erase_searches,
    )
    privacy.register(
        "postings",
        label=_("Job texts from Upwork"),
        purpose=_("To show them to you and to score them"),
        kept=privacy.lazily(_hours),
        shared_with=_("The AI provider you chose, for each letter"),
        models=[model._meta.label for model in (Job, Sighting)],
        export=_postings,
        erase=purge.erase_owner,
    )


def _hours() -> str:
    hours = settings.UPWORK_CONTENT_HOURS
    return ngettext("%(count)d hour, then blanked", "%(count)d hours, then blanked", hours) % {"count": hours}


def _searches(owner_id: int) -> Iterable[privacy.Table]:
    yield privacy.table_of(
        SavedSearch.objects.filter(owner_id=owner_id),
        omit=("due_at", "failures", "error"),
        shown={"name": _("Name"), "all_words": _("All words"), "any_words": _("Any words"), "is_active": _("Active")},
    )
    yield privacy.table_of(
        ScoreWeights.objects.filter(owner_id=owner_id),
        shown={
            "skills": _("Skills"), "rate": _("Rate"), "client": _("Client"), "competition": _("Competition"),
            "freshness": _("Freshness"),
        },
    )  # fmt: skip
    yield privacy.table_of(
        Match.objects.filter(owner_id=owner_id),
        shown={
            "posted_at": _("Posted"), "score": _("Score"), "opened_at": _("Opened"), "saved_at": _("Saved"),
            "hidden_at": _("Hidden"),
        },
    )  # fmt: skip


def _erase_searches(owner_id: int) -> None:
    for model in (Match, ScoreWeights, SavedSearch):
        model.objects.filter(owner_id=owner_id).delete()


def _postings(owner_id: int) -> Iterable[privacy.Table]:
    """Jobs that the person brought along; of Upwork's, which were shown and when, for the texts are not ours to give."""
    yield privacy.table_of(
        Job.objects.filter(owner_id=owner_id),
        omit=("search_vector", "simhash", "content_hash"),
        shown={"title": _("Title"), "description": _("Description"), "posted_at": _("Posted")},
    )
    yield privacy.table_of(
        Sighting.objects.filter(owner_id=owner_id),
        shown={"fetched_at": _("Shown"), "has_applied": _("Applied")},
    )
