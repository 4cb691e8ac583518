"""Writes to saved searches and weights; what changes for the matches follows by itself."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import audit
from apps.core.audit import Action
from apps.core.errors import DomainError
from apps.jobs import scoring, tasks
from apps.jobs.models import Match, SavedSearch, ScoreWeights, Sighting, has_content

MATCH_AGAIN_WITHIN = timedelta(days=7)
# Each one is asked for every minute, and the whole installation shares 300 requests a minute
MOST_SEARCHES = 50
# The newest, while the person waits; older ones keep the score they were shown with
RESCORE_BATCH = 2_000


@transaction.atomic
def create_search(*, actor: User, fields: Mapping[str, object]) -> SavedSearch:
    """Save a search: what was fetched lately is matched against it at once, and the next sync is due now."""
    _one_change_at_a_time(actor.pk, name=fields["name"])
    if SavedSearch.objects.count() >= MOST_SEARCHES:
        raise DomainError(_("You have %(most)s saved searches. Delete one first.") % {"most": MOST_SEARCHES})
    search: SavedSearch = SavedSearch.objects.create(owner=actor, **fields)
    audit.record(action=Action.SEARCH_ADDED, owner_id=actor.pk, target=search, after=fields)
    _match_again(actor.pk)
    transaction.on_commit(partial(tasks.nudge_sync, search_id=search.pk, owner_id=actor.pk), robust=True)
    return search


@transaction.atomic
def update_search(*, actor: User, search_id: int, changes: Mapping[str, object]) -> None:
    """Change a search; it starts over with a fresh sync, since it now asks for something else."""
    if "name" in changes:
        _one_change_at_a_time(actor.pk, name=changes["name"], but=search_id)
    search = SavedSearch.objects.select_for_update(no_key=True).filter(pk=search_id).first()
    if search is None:
        return
    before = {name: getattr(search, name) for name in changes}
    audit.record(action=Action.SEARCH_CHANGED, owner_id=actor.pk, target=search, before=before, after=changes)
    SavedSearch.objects.filter(pk=search_id).update(
        **changes, due_at=timezone.now(), newest_posted_at=None, failures=0, error="", updated_at=timezone.now()
    )
    _match_again(actor.pk)
    transaction.on_commit(partial(tasks.nudge_sync, search_id=search_id, owner_id=actor.pk), robust=True)


@transaction.atomic
def delete_search(*, actor: User, search_id: int) -> None:
    """The matches it brought leave the feed unless another search brought them too, or they were saved."""
    search = SavedSearch.objects.filter(pk=search_id).first()
    if search is None:
        return
    audit.record(action=Action.SEARCH_REMOVED, owner_id=actor.pk, target=search, before={"name": search.name})
    search.delete()
    brought = Match.objects.filter(owner=actor, search_ids__contains=[search_id])
    brought.update(
        search_ids=models.Func(
            "search_ids",
            models.Value(search_id),
            function="array_remove",
            output_field=Match._meta.get_field("search_ids"),
        )
    )


@transaction.atomic
def set_weights(*, actor: User, weights: scoring.Weights) -> int:
    """Store the person's weights and recount their matches from the stored fits; returns how many."""
    values = {part: getattr(weights, part) for part in scoring.PARTS}
    stored = ScoreWeights.objects.filter(owner=actor).first() or ScoreWeights(owner=actor)
    before = {part: getattr(stored, part) for part in scoring.PARTS}
    stored, _is_new = ScoreWeights.objects.update_or_create(owner=actor, defaults=values)
    audit.record(action=Action.WEIGHTS_CHANGED, owner_id=actor.pk, target=stored, before=before, after=values)
    matches = list(Match.objects.filter(owner=actor).order_by("-posted_at").only("pk", "parts")[:RESCORE_BATCH])
    for match in matches:
        again = scoring.weigh_again(match.parts, weights)
        match.score, match.parts, match.updated_at = again.value, again.parts, timezone.now()
    Match.objects.bulk_update(matches, ["score", "parts", "updated_at"], batch_size=500)
    return len(matches)


def _one_change_at_a_time(owner_id: int, *, name: object, but: int | None = None) -> None:
    """A second click on “Save” waits for the first one and then meets the name it has taken."""
    # the person's own row, because the search to wait for may not exist yet
    User.objects.select_for_update(no_key=True).get(pk=owner_id)
    if SavedSearch.objects.filter(name=name).exclude(pk=but).exists():
        raise DomainError(_("You have a search with this name."))


def _match_again(owner_id: int) -> None:
    """Send what this person was shown lately through matching once more, also what is being matched this moment."""
    rows = Sighting.objects.filter(
        has_content("job__"),
        owner_id=owner_id,
        fetched_at__gte=timezone.now() - MATCH_AGAIN_WITHIN,
    )
    if rows.update(matched_at=None):
        transaction.on_commit(tasks.match_waiting.delay, robust=True)
