"""What the database refuses, whoever asks."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.core.tenancy import ScopeMissingError, owner_scope
from apps.proposals.models import Approval, Proposal, StatusChange, Version
from tests.proposals.factories import GenerationFactory, ProposalFactory, VersionFactory

NOW = timezone.now()


@pytest.fixture
def proposal(scope):
    return ProposalFactory(owner=scope)


@pytest.mark.parametrize(
    ("values", "constraint"),
    (
        ({"status": "nonsense"}, "proposal_status_known"),
        ({"bid_amount": 0}, "proposal_bid_positive"),
        ({"status": "sent", "sent_at": NOW}, "proposal_sent_at_and_via"),
        ({"sent_via": "api"}, "proposal_sent_at_and_via"),
        ({"status": "viewed"}, "proposal_after_sent_has_time"),
        ({"sent_at": NOW, "sent_via": "api"}, "proposal_before_sent_has_no_time"),
        ({"status": "approved", "send_state": "by_hand"}, "proposal_approved_is_complete"),
        ({"send_state": "waiting", "send_after": NOW}, "proposal_send_only_approved"),
        ({"send_state": "unclear"}, "proposal_send_only_approved"),
    ),
)
def test_proposal_that_cannot_be_is_refused(proposal, values, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Proposal.objects.update(**values)


def test_sending_needs_a_claim(scope):
    proposal = ProposalFactory(owner=scope, status="approved", send_state="waiting", send_after=NOW)

    with pytest.raises(IntegrityError, match="proposal_sending_is_claimed"), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(send_state="sending")


def test_second_proposal_for_a_job_is_refused(proposal, scope):
    with pytest.raises(IntegrityError, match="proposal_one_for_each_job"), transaction.atomic():
        Proposal.objects.create(owner=scope, job=proposal.job, kind="hourly")


def test_same_job_has_a_proposal_of_each_person(proposal, stranger):
    assert ProposalFactory(owner=stranger, job=proposal.job).pk != proposal.pk


def test_one_remote_proposal_belongs_to_one_row(scope):
    ProposalFactory(owner=scope, status="sent", remote_id="7")

    with pytest.raises(IntegrityError, match="proposal_remote_id_once"), transaction.atomic():
        ProposalFactory(owner=scope, status="sent", remote_id="7")


def test_version_numbers_do_not_repeat(proposal, scope):
    with pytest.raises(IntegrityError, match="version_number_once"), transaction.atomic():
        VersionFactory(owner=scope, proposal=proposal, number=1)


def test_one_generation_makes_one_version(proposal, scope):
    generation = GenerationFactory(owner=scope)
    made = {"owner": scope, "proposal": proposal, "source": "ai", "author": None, "generation": generation}
    VersionFactory(number=2, **made)

    with pytest.raises(IntegrityError, match="generation_id"), transaction.atomic():
        VersionFactory(number=3, **made)


@pytest.mark.parametrize("values", ({"source": "ai"}, {"author": None}, {"number": 0}))
def test_version_has_one_maker_and_counts_from_one(proposal, values):
    with pytest.raises(IntegrityError, match="version_"), transaction.atomic():
        Version.objects.update(**values)


def test_step_leads_somewhere(proposal, scope):
    with pytest.raises(IntegrityError, match="status_change_changes"), transaction.atomic():
        StatusChange.objects.create(
            owner=scope, proposal=proposal, from_status="sent", to_status="sent", source="person", actor=scope
        )


@pytest.mark.parametrize("values", ({"source": "person"}, {"source": "sync", "actor": True}))
def test_step_of_a_person_has_an_actor(proposal, scope, values):
    if "actor" in values:
        values = values | {"actor": scope}

    with pytest.raises(IntegrityError, match="status_change_person_has_actor"), transaction.atomic():
        StatusChange.objects.create(owner=scope, proposal=proposal, from_status="sent", to_status="viewed", **values)


@pytest.mark.parametrize(
    ("values", "name"), (({"text_hash": "x"}, "hash_is_sha256"), ({"bid_amount": 0}, "bid_positive"))
)
def test_approval_is_well_formed(proposal, scope, values, name):
    given = {"text_hash": "0" * 64, "bid_amount": 5, "currency": "USD"} | values

    with pytest.raises(IntegrityError, match=f"approval_{name}"), transaction.atomic():
        Approval.objects.create(
            owner=scope, proposal=proposal, version=proposal.current_version, approved_by=scope, **given
        )


@pytest.mark.parametrize("model", (Proposal, Version, Approval, StatusChange))
def test_without_a_scope_nothing_is_read(db, model):
    with pytest.raises(ScopeMissingError):
        model.objects.count()


@pytest.mark.parametrize("model", (Proposal, Version))
def test_stranger_sees_and_changes_nothing(owner, stranger, model):
    ProposalFactory(owner=owner)

    with owner_scope(stranger.pk):
        assert model.objects.count() == 0
        assert model.objects.update(updated_at=timezone.now() + timedelta(days=1)) == 0
        assert model.objects.all().delete()[0] == 0


def test_person_with_proposals_in_every_state_can_be_erased(owner):
    for state in ({}, {"status": "approved", "send_state": "by_hand"}, {"status": "hired"}):
        ProposalFactory(owner=owner, generation=GenerationFactory(owner=owner), **state)

    with owner_scope(owner.pk):
        User.objects.get(pk=owner.pk).delete()

        assert not Proposal.objects.exists()
