"""A worker is killed in the middle of its work: a real process, a real kill -9, and what the next worker makes of it."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.conf import settings as live_settings
from django.db import connection as database
from django.utils import timezone

from apps.ai.models import Generation
from apps.core.tenancy import Reason, everyone_scope, owner_scope
from apps.proposals import services, tasks
from apps.proposals.enums import SendState, Status
from apps.proposals.models import Proposal, Version
from tests.proposals.conftest import letters_sent

PROGRAM = """
import django
django.setup()
from apps.proposals import tasks
tasks.{task}(proposal_id={proposal_id}, owner_id={owner_id})
"""
PASSED_ON = (
    *("UPWORK_API_URL", "UPWORK_TOKEN_URL", "UPWORK_SITE_URL", "SANDBOX_URL", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL"),
    *("UPWORK_CLIENT_ID", "UPWORK_CLIENT_SECRET"),
)


def start_worker(task, proposal):
    """A process of its own on the test's database, doing one task."""
    given = database.settings_dict
    user, password = quote(given["USER"]), quote(given["PASSWORD"])
    environment = {
        **os.environ,
        **{name: str(getattr(live_settings, name)) for name in PASSED_ON},
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"postgresql://{user}:{password}@{given['HOST']}:{given['PORT']}/{given['NAME']}",
        "OUTBOUND_PRIVATE_ALLOW": ",".join(live_settings.OUTBOUND_PRIVATE_ALLOW),
    }
    program = PROGRAM.format(task=task, proposal_id=proposal.pk, owner_id=proposal.owner_id)
    return subprocess.Popen([sys.executable, "-c", program], env=environment)


def kill_when(worker, happened):
    """Wait for the moment, then kill without a word."""
    for _ in range(1200):
        assert worker.poll() is None, "the worker ended before it could be killed"
        if happened():
            break
        time.sleep(0.05)
    os.kill(worker.pid, signal.SIGKILL)
    assert worker.wait() == -signal.SIGKILL


@pytest.mark.django_db(transaction=True)
def test_worker_killed_while_it_sends_leaves_one_letter_at_most(owner, draft, market, settings):
    settings.SEND_UNDO_SECONDS = 0
    market.control("faults", kind="slow", operation="createJobProposal", seconds=2)
    with owner_scope(owner.pk):
        services.approve_proposal(proposal_id=draft.pk, actor=owner)
        rows = Proposal.objects.filter(pk=draft.pk)
        kill_when(start_worker("send_proposal", draft), lambda: rows.filter(send_state=SendState.SENDING).exists())
        time.sleep(2.5)  # what is on its way may still arrive
        rows.update(claimed_until=timezone.now() - timedelta(seconds=1))
        with everyone_scope(Reason.SWEEP):
            assert services.proposals_to_send() == [(draft.pk, owner.pk)]

        tasks.send_proposal(proposal_id=draft.pk, owner_id=owner.pk)

        proposal = rows.get()
    arrived = letters_sent(market, draft)
    assert arrived in {0, 1}
    assert (proposal.status == Status.SENT) is bool(arrived)
    assert proposal.send_state == (SendState.SENT if arrived else SendState.UNCLEAR)


@pytest.mark.django_db(transaction=True)
def test_worker_killed_while_a_letter_streams_is_replaced(owner, match, writer):
    writer.pace(12)
    with owner_scope(owner.pk):
        proposal = services.start_draft(match=match, actor=owner)
        generation = Generation.objects.filter(pk=proposal.generation_id)
        kill_when(start_worker("write_draft", proposal), lambda: generation.exclude(text="").exists())
        assert Version.objects.count() == 0
        assert generation.get().state == "running"
        generation.update(claimed_until=timezone.now() - timedelta(seconds=1))
        writer.pace(0)
        with everyone_scope(Reason.SWEEP):
            assert services.drafts_to_write() == [(proposal.pk, owner.pk)]

        for _ in range(2):
            tasks.write_draft(proposal_id=proposal.pk, owner_id=owner.pk)

        version = Version.objects.get()
        assert version.text == generation.get().text
    assert len(version.text.split()) > 40
