"""Every invariant is the database's too: each constraint of each model refuses what it is there to refuse."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.accounts.models import AuditDetail, AuditEntry, Profile, Settings
from apps.core.tenancy import owner_scope
from apps.jobs.models import Match, Sighting
from apps.notifications.models import Delivery, Preference
from tests.accounts.factories import (
    ErasureFactory,
    ExportFactory,
    PortfolioItemFactory,
    SecretKeyFactory,
    UserFactory,
)
from tests.architecture.sources import ROOT
from tests.jobs.factories import ClientFactory, JobFactory, MatchFactory, SearchFactory, WeightsFactory
from tests.protection.factories import PolicyReportFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
# Rooms whose own tests break each of their constraints
ELSEWHERE = {
    "ai": "tests/ai/test_models.py",
    "proposals": "tests/proposals/test_models.py",
    "upwork": "tests/upwork/test_page.py",
}


@pytest.fixture
def owner():
    """Everything below happens in this person's scope."""
    owner = UserFactory(email="owner@example.com")
    with owner_scope(owner.pk):
        yield owner


def delivery(owner, **values):
    given = {"event": "new_job", "channel": "email", "key": "job:1", "due_at": NOW}
    return Delivery.objects.create(owner=owner, **(given | values))


def entry(owner, action="signed_in"):
    made = AuditEntry(owner_id=owner.pk, action=action)
    made.save(force_insert=True)
    return made


def copy_of(row):
    row.pk, row.public_id = None, uuid4()
    return row


def change(row, **values):
    return type(row).objects.filter(pk=row.pk).update(**values)


BREAK = {
    "user_email_unique_in_any_case": lambda owner: UserFactory(email="OWNER@Example.com"),
    "user_theme_known": lambda owner: change(owner, theme="sepia"),
    "user_role_known": lambda owner: change(owner, role="queen"),
    "audit_entry_says_what": lambda owner: entry(owner, action=""),
    "audit_detail_says_something": lambda owner: AuditDetail(entry=entry(owner), owner_id=owner.pk).save(
        force_insert=True
    ),
    "export_one_at_a_time": lambda owner: [ExportFactory(owner=owner) for _twice in range(2)],
    "export_state_known": lambda owner: change(ExportFactory(owner=owner), state="lost"),
    "export_ready_is_complete": lambda owner: change(ExportFactory(owner=owner), state="ready"),
    "export_done_of_total": lambda owner: change(ExportFactory(owner=owner), done=2, total=1),
    "erasure_one_for_each_owner": lambda owner: [ErasureFactory(owner=owner) for _twice in range(2)],
    "erasure_cause_known": lambda owner: change(ErasureFactory(owner=owner), cause="boredom"),
    "secret_key_one_of_a_kind": lambda owner: copy_of(SecretKeyFactory(owner=owner)).save(force_insert=True),
    "secret_key_kind_known": lambda owner: change(SecretKeyFactory(owner=owner), kind="house"),
    "secret_key_is_sealed": lambda owner: change(SecretKeyFactory(owner=owner), sealed=""),
    "secret_key_server_has_address": lambda owner: change(SecretKeyFactory(owner=owner), kind="compatible"),
    "secret_key_application_has_id": lambda owner: change(SecretKeyFactory(owner=owner), kind="upwork"),
    "secret_key_result_has_time": lambda owner: change(SecretKeyFactory(owner=owner), test_result="works"),
    "policy_report_seen_in_order": lambda owner: change(PolicyReportFactory(), last_seen_at=NOW - timedelta(days=1)),
    "profile_one_for_each_owner": lambda owner: Profile.objects.create(owner=owner),
    "profile_rate_positive": lambda owner: Profile.objects.update(hourly_rate="0.99"),
    "portfolio_item_has_title": lambda owner: PortfolioItemFactory(owner=owner, title=""),
    "settings_one_for_each_owner": lambda owner: Settings.objects.create(owner=owner),
    "settings_words_in_order": lambda owner: Settings.objects.update(words_min=200, words_max=200),
    "settings_budget_not_negative": lambda owner: Settings.objects.update(monthly_budget="-0.01"),
    "client_has_key": lambda owner: ClientFactory(key=""),
    "job_upwork_id_once_in_catalogue": lambda owner: [JobFactory(upwork_id="7") for _twice in range(2)],
    "job_upwork_id_once_for_owner": lambda owner: [JobFactory(upwork_id="7", owner=owner) for _twice in range(2)],
    "job_shared_has_upwork_id": lambda owner: JobFactory(upwork_id="", ciphertext=""),
    "job_purged_is_blank": lambda owner: change(JobFactory(), content_purged_at=NOW),
    "saved_search_name_once": lambda owner: [SearchFactory(owner=owner, name="Shops") for _twice in range(2)],
    "saved_search_threshold_to_100": lambda owner: SearchFactory(owner=owner, alert_threshold=101),
    "saved_search_has_name": lambda owner: SearchFactory(owner=owner, name=""),
    "sighting_once": lambda owner: Sighting.objects.create(owner=owner, job=MatchFactory(owner=owner).job),
    "match_once": lambda owner: Match.objects.create(
        owner=owner, job=MatchFactory(owner=owner).job, posted_at=NOW, score=1
    ),
    "match_score_to_100": lambda owner: change(MatchFactory(owner=owner), score=101),
    "match_reason_when_hidden": lambda owner: change(MatchFactory(owner=owner), hidden_reason="pay"),
    "weights_one_for_each_owner": lambda owner: [WeightsFactory(owner=owner) for _twice in range(2)],
    "weights_not_all_zero": lambda owner: WeightsFactory(
        owner=owner, skills=0, rate=0, client=0, competition=0, freshness=0
    ),
    "delivery_once_for_each_channel": lambda owner: [delivery(owner) for _twice in range(2)],
    "delivery_sent_has_time": lambda owner: delivery(owner, state="sent"),
    "delivery_state_known": lambda owner: delivery(owner, state="lost", sent_at=None),
    "preference_once_for_each_event": lambda owner: [
        Preference.objects.create(owner=owner, event="new_job", channel="email", is_on=on) for on in (True, False)
    ],
}


@pytest.mark.parametrize("name", sorted(BREAK))
def test_constraint_refuses_what_it_is_there_for(owner, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        BREAK[name](owner)


def test_every_constraint_is_broken_by_a_test():
    named = {
        constraint.name: model._meta.app_label
        for model in apps.get_models()
        if model.__module__.startswith("apps.")
        for constraint in model._meta.constraints
    }

    assert {name for name, app in named.items() if app not in ELSEWHERE} == BREAK.keys()
    assert all((ROOT / path).exists() for path in ELSEWHERE.values())


@pytest.mark.parametrize(
    "allowed",
    (
        lambda owner: Profile.objects.update(hourly_rate=1),
        lambda owner: Settings.objects.update(words_min=40, words_max=800, monthly_budget=0),
        lambda owner: SearchFactory(owner=owner, alert_threshold=100),
        lambda owner: change(MatchFactory(owner=owner), score=100, hidden_reason="pay", hidden_at=NOW),
        lambda owner: WeightsFactory(owner=owner, skills=0, rate=0, client=0, competition=0, freshness=1),
        lambda owner: delivery(owner, state="sent", sent_at=NOW),
        lambda owner: [delivery(owner, channel=channel) for channel in ("email", "inpage")],
        lambda owner: change(JobFactory(), title="", description="", content_purged_at=NOW),
    ),
    ids=("rate", "settings", "threshold", "match", "weights", "sent", "two channels", "tombstone"),
)
def test_what_stands_at_the_edge_is_stored(owner, allowed):
    with transaction.atomic():
        stored = allowed(owner)

    assert stored
