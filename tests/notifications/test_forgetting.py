"""A disconnect takes the marketplace's text out of what was told, at once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from apps.core.enums import Event
from apps.core.tenancy import owner_scope
from apps.notifications.services import notify
from apps.upwork import purgers

pytestmark = pytest.mark.django_db


def tell(owner, *, expires_at):
    notify(
        owner_id=owner.pk,
        event=Event.NEW_JOB,
        key=f"job:{uuid4()}",
        context={"id": uuid4(), "score": 94},
        content={"title": "Their title"},
        content_expires_at=expires_at,
    )


def test_disconnect_empties_what_was_told_to_this_person(owner, stranger, rows):
    tomorrow = timezone.now() + timedelta(hours=24)
    tell(owner, expires_at=tomorrow)
    tell(stranger, expires_at=tomorrow)

    with owner_scope(owner.pk):
        purgers.purge(owner.pk)

    assert {(str(row.content), row.content_expires_at) for row in rows(owner=owner)} == {("{}", None)}
    assert {row.context["score"] for row in rows(owner=owner)} == {94}
    assert {row.content["title"] for row in rows(owner=stranger)} == {"Their title"}


def test_text_that_may_be_kept_stays(owner, rows):
    tell(owner, expires_at=None)

    with owner_scope(owner.pk):
        purgers.purge(owner.pk)

    assert {row.content["title"] for row in rows(owner=owner)} == {"Their title"}
