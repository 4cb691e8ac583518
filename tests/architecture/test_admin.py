"""Every list and form of the staff: who gets in, what they may change, and what a long list costs."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import AuditEntry, Profile, Settings, User
from apps.ai.models import LedgerEntry
from apps.core.tenancy import owner_scope
from apps.notifications.models import Delivery
from apps.upwork.models import Connection
from tests.accounts.factories import (
    PASSWORD,
    ErasureFactory,
    ExportFactory,
    ProfileFactory,
    SecretKeyFactory,
    StaffFactory,
    UserFactory,
    add_totp,
    totp_code,
)
from tests.jobs.factories import JobFactory, MatchFactory, SearchFactory
from tests.proposals.factories import GenerationFactory, ProposalFactory
from tests.protection.factories import PolicyReportFactory

pytestmark = pytest.mark.django_db


def owned(model, **values):
    """A row of somebody of its own."""
    owner = UserFactory()
    with owner_scope(owner.pk):
        return model.objects.create(owner=owner, **values)


def ledger_entry():
    made = GenerationFactory()
    with owner_scope(made.owner_id):
        return LedgerEntry.objects.create(
            owner=made.owner, generation=made, number=0, provider="openai", model="m", purpose="letter", outcome="ok"
        )


def settings_row():
    owner = UserFactory()
    with owner_scope(owner.pk):
        return Settings.objects.get()


def audit_entry():
    owner = UserFactory()
    with owner_scope(owner.pk):
        made = AuditEntry(owner_id=owner.pk, actor_id=owner.pk, action="signed_in")
        made.save(force_insert=True)
        return made


MAKE = {
    "accounts.user": UserFactory,
    "accounts.profile": ProfileFactory,
    "accounts.settings": settings_row,
    "accounts.auditentry": audit_entry,
    "accounts.secretkey": SecretKeyFactory,
    "accounts.export": ExportFactory,
    "accounts.erasure": ErasureFactory,
    "core.policyreport": PolicyReportFactory,
    "ai.generation": GenerationFactory,
    "ai.ledgerentry": ledger_entry,
    "jobs.job": JobFactory,
    "jobs.match": MatchFactory,
    "jobs.savedsearch": SearchFactory,
    "notifications.delivery": lambda: owned(Delivery, event="new_job", channel="email", key="k", due_at=timezone.now()),
    "proposals.proposal": ProposalFactory,
    "upwork.connection": lambda: owned(Connection, connected_at=timezone.now()),
}
READ_ONLY = sorted(MAKE.keys() - {"accounts.user"})


@pytest.fixture
def boss(client):
    """A client whose session has passed the second factor of staff."""
    staff = StaffFactory(email="boss@example.com")
    add_totp(staff)
    client.post(reverse("account_login"), {"login": staff.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": totp_code()})
    return client


def address(label, step="changelist", *args):
    return reverse(f"admin:{label.replace('.', '_')}_{step}", args=args)


def test_every_list_of_ours_is_walked():
    ours = {model._meta.label_lower for model in admin.site._registry if model.__module__.startswith("apps.")}

    assert ours == MAKE.keys()


@pytest.mark.parametrize("label", sorted(MAKE))
def test_list_takes_as_many_queries_for_three_rows_as_for_one(boss, label):
    counts, shown = [], []
    MAKE[label]()
    boss.get(address(label))  # what is asked for once in a process, like content types
    for more in (0, 2):
        for _number in range(more):
            MAKE[label]()
        with CaptureQueriesContext(connection) as queries:
            page = boss.get(address(label))
        counts.append(len(queries))
        shown.append(page.context["cl"].result_count)

    assert counts[0] == counts[1]
    assert shown[1] - shown[0] == 2


@pytest.mark.parametrize("label", READ_ONLY)
def test_staff_are_forbidden_to_add_and_delete(boss, label):
    row = MAKE[label]()

    added = boss.post(address(label, "add"), {"_save": "Save"})
    deleted = boss.post(address(label, "delete", row.pk), {"post": "yes"})

    assert (added.status_code, deleted.status_code) == (403, 403)
    assert boss.get(address(label, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("label", READ_ONLY)
def test_staff_are_forbidden_to_change(boss, label):
    row = MAKE[label]()

    answer = boss.post(address(label, "change", row.pk), {"_save": "Save"})

    assert answer.status_code == 403
    assert 'name="_save"' not in boss.get(address(label, "change", row.pk)).content.decode()


@pytest.mark.parametrize("label", sorted(MAKE))
def test_anonymous_access_leads_to_the_log_in(client, label):
    row = MAKE[label]()

    for step, args in (("changelist", ()), ("add", ()), ("change", (row.pk,)), ("delete", (row.pk,))):
        answer = client.get(address(label, step, *args), follow=True)

        assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))


@pytest.mark.parametrize("label", sorted(MAKE))
def test_access_of_a_freelancer_is_refused_as_if_nothing_were_there(client, label):
    row = MAKE[label]()
    client.force_login(UserFactory())

    for step, args in (("changelist", ()), ("change", (row.pk,)), ("delete", (row.pk,))):
        assert client.get(address(label, step, *args), follow=True).status_code == 404


@pytest.mark.parametrize("label", sorted(MAKE))
def test_access_of_staff_without_the_second_factor_leads_to_its_set_up(client, label):
    MAKE[label]()
    client.force_login(StaffFactory())

    answer = client.get(address(label), follow=True)

    assert reverse("mfa_activate_totp") in [place.partition("?")[0] for place, _status in answer.redirect_chain]
    assert "changelist" not in answer.content.decode()


def test_person_added_by_staff_has_profile_and_settings(boss):
    boss.post(
        address("accounts.user", "add"),
        {"email": "new@example.com", "role": "freelancer", "usable_password": "false"},
    )

    made = User.objects.get(email="new@example.com")
    with owner_scope(made.pk):
        assert (Profile.objects.count(), Settings.objects.count()) == (1, 1)
    assert not made.has_usable_password()
