"""Workers on one search at the same time: first the race, then its absence."""

import threading

import pytest
from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from apps.core.tenancy import owner_scope
from apps.jobs import lucene
from apps.jobs.models import Job, SavedSearch, Sighting
from apps.jobs.services import searches, sync
from apps.upwork import services as upwork
from apps.upwork.models import Connection
from tests.jobs.sync.steps import asked, post, reload, run
from tests.jobs.waiting import wait_until_somebody_is_blocked


class TestTogether:
    """Two workers on one search at the same time, or a worker and the person."""

    pytestmark = pytest.mark.django_db(transaction=True)

    @staticmethod
    def together(work):
        """Run the work twice at once; returns what each said."""
        gate, said = threading.Barrier(2, timeout=10), []

        def worker():
            gate.wait()
            try:
                said.append(work())
            finally:
                database.close()

        threads = [threading.Thread(target=worker) for _number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return said

    def test_without_a_claim_both_would_ask_upwork(self, sandbox, person, search, word):
        post(sandbox, f"A {word} job")

        def unclaimed():
            with owner_scope(person.pk):
                row = SavedSearch.objects.filter(pk=search.pk)
                return sync._read_pages(row.get(), row) is not None

        before = sandbox.ledger()["counters"]
        assert self.together(unclaimed) == [True, True]
        assert asked(sandbox, before) == 2
        assert (Job.objects.count(), Sighting.objects.count()) == (1, 1)  # and even then nothing is doubled

    def test_with_the_claim_one_of_them_does(self, sandbox, person, search, word):
        post(sandbox, f"A {word} job")

        def claimed():
            with owner_scope(person.pk):
                return run(search)

        before = sandbox.ledger()["counters"]
        assert sorted(self.together(claimed)) == [False, True]
        assert asked(sandbox, before) == 1
        assert Job.objects.count() == 1

    @pytest.mark.parametrize("fault", (None, "500"), ids=("it is read", "it fails"))
    def test_a_change_made_while_the_search_is_read_stands(self, sandbox, person, search, word, fault):
        post(sandbox, f"A {word} job")
        sandbox.control("faults", kind="slow", calls=1, seconds=2)
        if fault:
            sandbox.control("faults", kind=fault, calls=9)

        def work():
            with owner_scope(person.pk):
                run(search)
            database.close()

        worker = threading.Thread(target=work)
        worker.start()
        while reload(search).claimed_until is None:
            pass
        searches.update_search(actor=person, search_id=search.pk, changes={"any_words": ["other"]})
        worker.join(30)

        row = reload(search)
        assert (row.any_words, row.newest_posted_at, row.claimed_until) == (["other"], None, None)
        assert (row.failures, row.error) == (0, "")
        assert row.due_at <= timezone.now()
        sandbox.control("faults/clear")
        assert run(search)

    def test_a_page_that_was_under_way_is_not_stored_after_a_disconnect(self, sandbox, person, search, word):
        post(sandbox, f"A {word} job")
        connection = Connection.objects.get()
        page = upwork.client_for(connection.pk).search_jobs(lucene.request_for(search))
        refused = []

        def work():
            with owner_scope(person.pk), pytest.raises(sync.NotConnectedError) as error:
                sync._store(page, connection)
            refused.append(error)
            database.close()

        worker = threading.Thread(target=work)
        with transaction.atomic():
            upwork.disconnect(owner_id=person.pk)
            worker.start()
            wait_until_somebody_is_blocked()
        worker.join(30)

        assert len(refused) == 1
        assert (Job.objects.count(), Sighting.objects.count()) == (0, 0)
