"""The whole way of one letter with plain forms: no script, real servers, the worker's tasks run one after the other."""

import html
import re

import pytest
from django.urls import reverse

from apps.core.tenancy import owner_scope
from apps.proposals import services, tasks
from apps.proposals.models import Approval, Proposal, StatusChange
from apps.upwork import services as upwork
from apps.upwork.models import Connection
from tests.jobs.factories import MatchFactory
from tests.proposals.conftest import QUESTIONS, letters_sent


class Person:
    """Somebody at a browser without JavaScript: reads pages, fills in the form that is on them, presses buttons."""

    def __init__(self, client, url):
        self.client, self.url = client, url

    def page(self):
        return html.unescape(self.client.get(self.url).content.decode())

    def fields(self):
        """The values in the letter's form, wherever on the page they stand."""
        raw = self.client.get(self.url).content.decode()
        inputs = re.findall(r'<input[^>]* name="(base|tab|bid|question_\d+)"[^>]* value="([^"]*)"', raw)
        inputs += re.findall(r'<input[^>]* name="(bid)" [^>]*value="([^"]*)"', raw)
        areas = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', raw)
        return {name: html.unescape(value) for name, value in [*inputs, *areas]}

    def press(self, name, **changes):
        answer = self.client.post(self.url + name + "/", self.fields() | changes, follow=True)
        return html.unescape(answer.content.decode())


@pytest.fixture
def person(client, owner, connection, post_job, writer, settings):
    """The owner, who has just pressed "Draft" for a job with two questions."""
    settings.SEND_UNDO_SECONDS = 0
    match = MatchFactory(owner=owner, job=post_job(questions=QUESTIONS))
    client.force_login(owner)
    answer = client.post(reverse("proposals:draft-create"), {"job_id": match.job.public_id})
    return Person(client, answer.url)


@pytest.fixture
def proposal(person, owner):
    with owner_scope(owner.pk):
        return Proposal.objects.select_related("job").get()


def run(task, proposal):
    task(proposal_id=proposal.pk, owner_id=proposal.owner_id)


def sync(owner):
    with owner_scope(owner.pk):
        connection = Connection.objects.get()
        Connection.objects.update(proposals_due_at=None)
    tasks.sync_connection(connection_id=connection.pk, owner_id=owner.pk)


def set_connects(market, connects):
    with market.market.writing() as db:
        db.execute("UPDATE freelancer SET connects = ?", (connects,))


def test_from_the_job_to_the_clients_answer(person, proposal, owner, market, client):
    assert "Being written" in person.page()

    run(tasks.write_draft, proposal)
    fields = person.fields()
    assert len(fields["text"].split()) > 40
    assert fields["answer_0"]
    assert fields["answer_1"]

    person.press("save", text=fields["text"] + "\nI read every word of your posting.")
    assert "I read every word" in person.page()

    shown = person.press("approve", bid="59.50")
    assert "It is sent when the time to undo is over." in shown

    run(tasks.send_proposal, proposal)
    assert letters_sent(market, proposal) == 1

    with owner_scope(owner.pk):
        sent = Proposal.objects.get()
        remote = upwork.client_for(Connection.objects.get().pk).find_proposal(proposal.job.upwork_id)
    assert "I read every word of your posting." in remote.cover_letter
    assert str(remote.rate) == "59.5"

    market.control("reactions", proposal=sent.remote_id, action="view")
    sync(owner)
    market.control("reactions", proposal=sent.remote_id, action="reply")
    sync(owner)

    assert "Replied" in client.get("/proposals/").content.decode()
    with owner_scope(owner.pk):
        way = [(change.to_status, change.source) for change in StatusChange.objects.all()]
    assert way == [("approved", "person"), ("sent", "sending"), ("viewed", "sync"), ("replied", "sync")]


def test_what_was_approved_is_what_the_client_reads(person, proposal, owner):
    run(tasks.write_draft, proposal)
    person.press("approve", text="Exactly this.\n\nAnd this.")
    run(tasks.send_proposal, proposal)

    with owner_scope(owner.pk):
        remote = upwork.client_for(Connection.objects.get().pk).find_proposal(proposal.job.upwork_id)
        approved = Approval.objects.select_related("version").get()
    assert remote.cover_letter == approved.version.text == "Exactly this.\n\nAnd this."


def test_refused_letter_is_mended_and_sent(person, proposal, market):
    run(tasks.write_draft, proposal)
    set_connects(market, 0)
    person.press("approve")
    run(tasks.send_proposal, proposal)
    assert "It was not sent. Upwork refused" in re.sub(r"<[^>]+>", "", person.page())

    set_connects(market, 500)
    person.press("approve", text="Mended.")
    run(tasks.send_proposal, proposal)

    assert "It was not sent." not in person.page()
    assert letters_sent(market, proposal) == 1


def test_letter_without_a_writer_is_written_by_hand(client, owner, connection, post_job, settings, market):
    settings.SEND_UNDO_SECONDS, settings.OPENAI_API_KEY, settings.ANTHROPIC_API_KEY = 0, "", ""
    match = MatchFactory(owner=owner, job=post_job())
    client.force_login(owner)
    answer = client.post(reverse("proposals:draft-create"), {"job_id": match.job.public_id})
    person = Person(client, answer.url)
    assert "No AI provider is set up." in person.page()

    person.press("approve", text="Written by my own hand.")
    with owner_scope(owner.pk):
        proposal = Proposal.objects.select_related("job").get()
    run(tasks.send_proposal, proposal)

    assert letters_sent(market, proposal) == 1


def test_letter_on_two_screens_is_one_letter(person, proposal, client, owner):
    run(tasks.write_draft, proposal)
    first, second = person.fields(), person.fields()
    client.post(person.url + "save/", first | {"text": "From the first screen."})

    shown = html.unescape(client.post(person.url + "save/", second | {"text": "From the second."}).content.decode())

    assert "Another window saved a newer text" in shown
    assert person.fields()["text"] == "From the first screen."
    with owner_scope(owner.pk):
        kept = services.restore_version(proposal_id=proposal.pk, number=3, actor=owner)
    assert kept.text == "From the second."
