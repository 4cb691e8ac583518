"""The cast, a marketplace and a writer of the sandbox, and a job that stands in both."""

import html
import json

import pytest
from django.urls import reverse

from apps.core.tenancy import owner_scope
from tests.accounts.factories import PortfolioItemFactory, ProfileFactory, StaffFactory, UserFactory
from tests.ai_sandbox.conftest import ai_sandbox, shared_ai_sandbox  # noqa: F401 fixtures are shared by importing them
from tests.jobs.factories import JobFactory, MatchFactory
from tests.proposals.factories import ProposalFactory
from tests.upwork.conftest import connect, point_at
from tests.upwork_sandbox.server import running_sandbox, unmoved_clock

QUESTIONS = ("Which Django version do you use?", "When can you start?")


def make_person(email):
    person = UserFactory(email=email)
    ProfileFactory(owner=person)
    return person


@pytest.fixture
def owner(db):
    person = make_person("owner@example.com")
    PortfolioItemFactory(owner=person, title="Northpeak checkout")
    PortfolioItemFactory(owner=person, title="Secret bank project", is_confidential=True)
    return person


@pytest.fixture
def stranger(db):
    return make_person("stranger@example.com")


@pytest.fixture
def staff(db):
    return StaffFactory(email="staff@example.com")


@pytest.fixture
def scope(owner):
    """The test runs as a task of the owner would."""
    with owner_scope(owner.pk):
        yield owner


@pytest.fixture(scope="module")
def running():
    with running_sandbox(backlog=5, clock=unmoved_clock) as sandbox:
        yield sandbox


@pytest.fixture
def market(running, settings):
    """The sandbox marketplace without faults, and the product pointed at it."""
    running.control("faults/clear")
    point_at(settings, running.url)
    return running


@pytest.fixture
def connection(market, owner):
    with owner_scope(owner.pk):
        return connect(market, owner)


@pytest.fixture
def writer(ai_sandbox, settings):  # noqa: F811 the fixture above
    settings.OPENAI_BASE_URL = ai_sandbox.openai_url
    settings.ANTHROPIC_BASE_URL = ai_sandbox.anthropic_url
    settings.SANDBOX_URL = settings.SANDBOX_URL or ai_sandbox.url
    settings.OUTBOUND_PRIVATE_ALLOW = [*settings.OUTBOUND_PRIVATE_ALLOW, ai_sandbox.address]
    return ai_sandbox


@pytest.fixture
def post_job(market):
    """Post a job in the marketplace and make our row of it."""

    def post(*, questions=(), **changes):
        posted = market.market.post_job(specialty="python-backend", trap="", questions=tuple(questions))
        return JobFactory(
            upwork_id=str(posted.id),
            ciphertext=posted.ciphertext,
            source="sandbox",
            questions=list(questions),
            **changes,
        )

    return post


@pytest.fixture
def match(owner, db):
    return MatchFactory(owner=owner, job=JobFactory(source="sandbox", questions=list(QUESTIONS)), score=94)


@pytest.fixture
def draft(owner, connection, post_job):
    """A finished letter for an open job, ready to be approved."""
    return ProposalFactory(owner=owner, job=post_job())


@pytest.fixture
def frames(valkey):
    """What the person's page was told, in order."""

    def read(person):
        return [json.loads(fields["body"]) for _cursor, fields in valkey.xrange(f"live:{person.pk}")]

    return read


def letters_sent(market, proposal):
    """How often the marketplace really got a letter for this job."""
    return sum(str(row["job_id"]) == proposal.job.upwork_id for row in market.ledger()["proposals"])


@pytest.fixture
def proposal(owner):
    job = JobFactory(source="sandbox", questions=list(QUESTIONS))
    answers = [{"question": question, "answer": "Five years."} for question in QUESTIONS]
    return ProposalFactory(owner=owner, job=job, answers=answers)


@pytest.fixture
def page(client, owner):
    client.force_login(owner)

    def open_page(proposal, name="detail", **kwargs):
        answer = client.get(reverse(f"proposals:{name}", args=[proposal.public_id, *kwargs.values()]))
        return html.unescape(answer.content.decode())

    return open_page


@pytest.fixture
def post(client, owner):
    client.force_login(owner)

    def send(proposal, name, data=None, *args, **headers):
        return client.post(reverse(f"proposals:{name}", args=[proposal.public_id, *args]), data or {}, headers=headers)

    return send
