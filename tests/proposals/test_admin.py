"""Staff can answer "was it sent?" and see neither the letter nor the posting; nothing can be changed."""

import pytest
from django.urls import reverse

from apps.core.tenancy import owner_scope
from apps.proposals import services
from apps.proposals.enums import SendState
from apps.proposals.models import Proposal
from tests.accounts.factories import PASSWORD, add_totp, totp_code
from tests.proposals.factories import ProposalFactory

LIST = "/admin/proposals/proposal/"


@pytest.fixture
def verified(client, staff):
    add_totp(staff)
    client.post(reverse("account_login"), {"login": staff.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": totp_code()})
    return client


@pytest.fixture
def proposal(owner):
    return ProposalFactory(owner=owner, title="A title of the marketplace", error="Upwork has trouble.")


def page_of(proposal):
    return f"{LIST}{proposal.pk}/change/"


def test_staff_read_whether_it_was_sent_and_change_nothing(verified, proposal, owner):
    found = verified.get(LIST, {"q": owner.email, "send_state__exact": SendState.NONE}).content.decode()
    opened = verified.get(page_of(proposal)).content.decode()

    assert "Upwork has trouble." in found
    assert proposal.job.upwork_id in opened
    assert 'name="_save"' not in opened
    assert verified.post(f"{LIST}{proposal.pk}/delete/", {"post": "yes"}).status_code == 403
    assert verified.get(f"{LIST}add/").status_code == 403


def test_search_by_owner_leaves_others_out(verified, proposal, stranger):
    assert "Upwork has trouble." not in verified.get(LIST, {"q": stranger.email}).content.decode()


def test_neither_letter_nor_posting_is_shown(verified, proposal):
    for address in (LIST, page_of(proposal), f"{LIST}{proposal.pk}/history/"):
        page = verified.get(address).content.decode()

        for hidden in (proposal.title, proposal.job.title, proposal.job.description, proposal.current_version.text):
            assert hidden not in page

    with owner_scope(proposal.owner_id):
        assert Proposal.objects.get().title == "A title of the marketplace"


def test_approval_and_steps_stand_below(verified, draft, owner):
    with owner_scope(owner.pk):
        services.approve_proposal(proposal_id=draft.pk, actor=owner)

    page = verified.get(page_of(draft)).content.decode()

    assert "62.00" in page
    assert "Draft" in page
    assert draft.current_version.text not in page


def test_nobody_enters_without_the_second_factor(client, staff, proposal):
    client.force_login(staff)

    assert client.get(LIST).status_code == 302
