import threading
from dataclasses import dataclass

import pytest

from apps.upwork.sandbox.records import Draft, Job, ciphertext, snowflake
from apps.upwork.sandbox.store import Store, count, get_setting, insert, load, put_setting


@dataclass(frozen=True, slots=True)
class Setting:
    key: str
    value: str


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "folder" / "store.sqlite3")
    yield store
    store.close()


def test_settings_are_written_over(store):
    with store.write() as db:
        put_setting(db, "speed", 1)
        put_setting(db, "speed", 2.5)

    assert get_setting(store.read(), "speed") == "2.5"
    assert get_setting(store.read(), "missing", "default") == "default"


def test_what_raises_is_rolled_back(store):
    def fail():
        with store.write() as db:
            put_setting(db, "half", "done")
            raise LookupError("stop")

    with pytest.raises(LookupError):
        fail()

    assert get_setting(store.read(), "half") == ""


def test_a_write_waits_for_the_one_before(store):
    with store.write() as db:
        count(db, "hits", 0)

    def hit():
        for _ in range(20):
            with store.write() as db:
                value = db.execute("SELECT value FROM counter WHERE key = 'hits'").fetchone()["value"]
                db.execute("UPDATE counter SET value = ? WHERE key = 'hits'", (value + 1,))

    threads = [threading.Thread(target=hit) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert store.read().execute("SELECT value FROM counter WHERE key = 'hits'").fetchone()["value"] == 100


def test_each_thread_has_a_connection_of_its_own(store):
    seen = [store.read(), store.read()]

    thread = threading.Thread(target=lambda: seen.append(store.read()))
    thread.start()
    thread.join()

    assert seen[0] is seen[1]
    assert seen[2] is not seen[0]


def test_counters_add_up(store):
    with store.write() as db:
        count(db, "jobs")
        count(db, "jobs", 4)

    assert store.read().execute("SELECT value FROM counter WHERE key = 'jobs'").fetchone()["value"] == 5


def test_records_come_back_as_they_went(store):
    with store.write() as db:
        insert(db, "setting", Setting("a", "b"))

    assert load(Setting, store.read().execute("SELECT * FROM setting").fetchone()) == Setting("a", "b")


def test_the_journal_lets_readers_read_while_somebody_writes(store):
    with store.write() as db:
        put_setting(db, "seen", "no")
    seen = []

    with store.write() as db:
        put_setting(db, "seen", "yes")
        reader = threading.Thread(target=lambda: seen.append(get_setting(store.read(), "seen")))
        reader.start()
        reader.join()

    assert seen == ["no"]


def test_foreign_keys_hold(store):
    with pytest.raises(Exception, match="FOREIGN KEY"), store.write() as db:
        db.execute("INSERT INTO room (id, proposal_id, created_ms) VALUES ('r', 1, 1)")


def test_a_job_gives_back_its_draft():
    draft = Draft("s", "1", "2", "Occupation", "Title", "Text", ("Python",), trap="banana", repost_of=7)

    job = Job(**draft.facts(), id=5, client_id=1)

    assert job.facts() == draft.facts()
    assert "id" not in job.facts()


def test_snowflakes_grow_with_time_and_number():
    numbers = [snowflake(at, number) for at in (1_700_000_000_000, 1_700_000_000_001) for number in (1, 2)]

    assert numbers == sorted(numbers)
    assert ciphertext(numbers[0]) == f"~02{numbers[0]}"
    assert len(str(numbers[0])) == 19
