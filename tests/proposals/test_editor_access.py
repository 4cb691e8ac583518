"""Who may open and change a proposal: its owner and nobody else."""

import pytest
from django.urls import reverse

from apps.core.tenancy import owner_scope
from apps.proposals.models import Proposal
from tests.proposals.editor import form_of, reload
from tests.proposals.factories import LETTER


def test_draft_is_opened_from_the_job(client, owner, match, writer):
    client.force_login(owner)

    answer = client.post(reverse("proposals:draft-create"), {"job_id": match.job.public_id})

    with owner_scope(owner.pk):
        proposal = Proposal.objects.get()
    assert answer.url == reverse("proposals:detail", args=[proposal.public_id])


@pytest.mark.parametrize("job_id", ("", "nonsense", "6c8dbd4b-3c55-4c2b-b7de-0e3ffba1a9cb"))
def test_draft_needs_a_job_of_ones_own(client, owner, match, job_id):
    client.force_login(owner)

    assert client.post(reverse("proposals:draft-create"), {"job_id": job_id}).status_code == 404


def test_strangers_match_opens_no_draft(client, stranger, match):
    client.force_login(stranger)

    assert client.post(reverse("proposals:draft-create"), {"job_id": match.job.public_id}).status_code == 404


@pytest.mark.parametrize("who", ("stranger", "staff"))
@pytest.mark.parametrize("name", ("detail", "letter"))
def test_letter_is_shown_to_nobody_else(client, request, proposal, who, name):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse(f"proposals:{name}", args=[proposal.public_id])).status_code == 404


@pytest.mark.parametrize("who", ("stranger", "staff"))
@pytest.mark.parametrize(
    "name", ("save", "rewrite", "draft-cancel", "approve", "undo", "mark-sent", "mark-not-sent", "move")
)
def test_nobody_else_changes_anything(client, request, proposal, who, name):
    client.force_login(request.getfixturevalue(who))

    answer = client.post(reverse(f"proposals:{name}", args=[proposal.public_id]), form_of(proposal, text="Mine now."))

    assert answer.status_code == 404
    assert reload(proposal).current_version.text == LETTER


def test_visitor_is_sent_to_the_log_in(client, proposal):
    answer = client.get(reverse("proposals:detail", args=[proposal.public_id]))

    assert answer.url.startswith(reverse("account_login"))
