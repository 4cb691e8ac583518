"""Searches and weights in the audit trail; marks on jobs are not worth a line."""

import pytest

from apps.core.audit import Action
from apps.jobs import scoring
from apps.jobs.selectors.searches import weights_of
from apps.jobs.services import marks, searches
from tests.jobs.factories import MatchFactory
from tests.trail import trail


def test_search_is_written_down_from_its_making_to_its_end(in_scope):
    made = searches.create_search(actor=in_scope, fields={"name": "Shops", "skills": ["Django"]})
    searches.update_search(actor=in_scope, search_id=made.pk, changes={"name": "Big shops", "skills": ["Django"]})
    searches.delete_search(actor=in_scope, search_id=made.pk)

    assert trail(in_scope) == [
        (Action.SEARCH_ADDED, None, {"name": "Shops", "skills": ["Django"]}),
        (Action.SEARCH_CHANGED, {"name": "Shops"}, {"name": "Big shops"}),
        (Action.SEARCH_REMOVED, {"name": "Big shops"}, None),
    ]


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_search_that_went_meanwhile_changes_nothing(in_scope, verb):
    changes = {"changes": {"is_active": False}} if verb == "update" else {}

    getattr(searches, f"{verb}_search")(actor=in_scope, search_id=404, **changes)

    assert trail(in_scope) == []


def test_changed_weights_say_which(in_scope):
    old = weights_of(in_scope.pk)
    new = scoring.Weights(**{part: getattr(old, part) for part in scoring.PARTS} | {"skills": old.skills - 5})

    searches.set_weights(actor=in_scope, weights=new)
    searches.set_weights(actor=in_scope, weights=new)

    assert trail(in_scope) == [(Action.WEIGHTS_CHANGED, {"skills": old.skills}, {"skills": old.skills - 5})]


def test_marks_leave_no_line(in_scope):
    match = MatchFactory(owner=in_scope)

    marks.save(job_public_id=match.job.public_id)
    marks.hide(job_public_id=match.job.public_id)

    assert trail(in_scope) == []
