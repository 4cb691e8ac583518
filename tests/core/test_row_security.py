"""The second wall: the database itself shows and takes only rows of the scope, whatever the code forgot."""

import threading
from copy import deepcopy

import psycopg
import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.migrations.state import ProjectState
from django.http import HttpResponse
from django.test import RequestFactory

from apps.accounts.models import PortfolioItem, Profile
from apps.core.checks import check_search_may_use_its_index
from apps.core.middleware import tenancy
from apps.core.postgresql.base import DatabaseWrapper
from apps.core.rows import follow_setting
from apps.core.tenancy import Reason, RowSecurity, everyone_scope, owner_scope, set_owner
from apps.jobs.models import Job
from config.env import database
from tests.accounts.factories import PortfolioItemFactory, UserFactory
from tests.jobs.factories import JobFactory

pytestmark = pytest.mark.django_db
with_commits = pytest.mark.django_db(transaction=True)
TITLES = "SELECT title FROM accounts_portfolioitem ORDER BY title"


@pytest.fixture
def owner(db):
    person = UserFactory()
    PortfolioItemFactory(owner=person, title="Mine")
    return person


@pytest.fixture
def stranger(owner):
    person = UserFactory()
    PortfolioItemFactory(owner=person, title="Theirs")
    return person


def titles(on=connection):
    """What SQL that names no owner finds."""
    with on.cursor() as cursor:
        cursor.execute(TITLES)
        return [title for (title,) in cursor.fetchall()]


def titles_of(person):
    with owner_scope(person.pk):
        return titles()


def read_and_fail(person):
    with owner_scope(person.pk), transaction.atomic():
        titles()
        raise ZeroDivisionError


def erase_and_leave_the_rest(person):
    with owner_scope(person.pk), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_user WHERE id = %s", [person.pk])


def last_sent():
    """The text of this very statement as the server got it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_query()")
        return cursor.fetchone()[0]


# What is seen


def test_raw_sql_in_a_request_finds_the_rows_of_its_person_alone(owner, stranger):
    request = RequestFactory().get("/jobs/")
    request.user = stranger

    answer = tenancy(lambda _request: HttpResponse(",".join(titles())))(request)

    assert answer.content == b"Theirs"


def test_forgotten_scope_finds_nothing(owner, stranger):
    assert titles() == []
    assert list(PortfolioItem._base_manager.all()) == []


def test_person_who_logs_in_within_a_request_sees_their_rows_from_then_on(owner):
    with owner_scope(None):
        before = titles()
        set_owner(owner.pk)

        assert (before, titles()) == ([], ["Mine"])


def test_work_for_everyone_sees_everything(owner, stranger):
    with everyone_scope(Reason.SWEEP):
        assert titles() == ["Mine", "Theirs"]


def test_scope_is_that_of_each_statement_and_not_of_the_cursor(owner, stranger):
    with connection.cursor() as cursor:
        for person, wanted in ((owner, "Mine"), (stranger, "Theirs"), (owner, "Mine")):
            with owner_scope(person.pk):
                cursor.execute(TITLES)

            assert cursor.fetchall() == [(wanted,)]


def test_job_of_nobody_is_seen_in_every_scope_and_one_of_a_person_in_theirs(owner, stranger):
    JobFactory(upwork_id="1")
    with owner_scope(owner.pk):
        Job.objects.create(owner=owner, source="paste", kind="hourly", posted_at="2026-01-01T00:00Z", title="Pasted")

    counts = []
    for scope in (owner_scope(owner.pk), owner_scope(stranger.pk), everyone_scope(Reason.SWEEP), owner_scope(None)):
        with scope:
            counts.append(Job._base_manager.count())

    assert counts == [2, 1, 2, 0]


# What is taken


@pytest.mark.parametrize("scope", ["stranger", "nobody"])
def test_row_for_somebody_else_is_refused(owner, stranger, scope):
    item = PortfolioItem(owner=owner, title="Slipped in")

    with (
        owner_scope(stranger.pk if scope == "stranger" else None),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        item.save(force_insert=True)

    assert titles_of(owner) == ["Mine"]


def test_row_cannot_be_given_away(owner, stranger):
    with (
        owner_scope(owner.pk),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE accounts_portfolioitem SET owner_id = %s", [stranger.pk])

    assert titles_of(stranger) == ["Theirs"]


@pytest.mark.parametrize(
    "statement", ["UPDATE accounts_portfolioitem SET title = 'x'", "DELETE FROM accounts_portfolioitem"]
)
def test_statement_without_condition_touches_nobody_else(owner, stranger, statement):
    with owner_scope(stranger.pk), connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount == 1

    assert titles_of(owner) == ["Mine"]


def test_person_can_be_erased_in_their_own_scope(owner, stranger):
    with owner_scope(owner.pk):
        owner.delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with everyone_scope(Reason.SWEEP):
        assert titles() == ["Theirs"]


def test_foreign_key_is_checked_past_the_wall(owner):
    """PostgreSQL's own checks see every row, or a valid reference would be refused."""
    JobFactory(upwork_id="7")
    with everyone_scope(Reason.SWEEP):
        job = Job.objects.get()

    with owner_scope(owner.pk), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO jobs_sighting (public_id, owner_id, job_id, has_applied, fetched_at, created_at, updated_at) "
            "VALUES (gen_random_uuid(), %s, %s, false, now(), now(), now())",
            [owner.pk, job.pk],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert cursor.rowcount == -1


# When it is told


def test_scope_is_told_with_the_statement_and_only_when_it_changes(owner, django_assert_num_queries):
    titles()

    with django_assert_num_queries(3), owner_scope(owner.pk):
        sent = [last_sent(), last_sent()]
        with everyone_scope(Reason.SWEEP):
            sent.append(last_sent())

    assert [text.partition("SELECT")[0] for text in sent] == [
        f"SET bidwright.owner TO '{owner.pk}';",
        "",
        "SET bidwright.owner TO '*';",
    ]


@with_commits
def test_connection_of_the_pool_that_served_somebody_else_is_not_trusted(owner, stranger):
    """One connection to the server, lent out three times."""
    settings = deepcopy(connection.settings_dict)
    settings["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 1, "timeout": 15}
    pooled = DatabaseWrapper(settings, alias="default")
    seen, servers = [], set()
    try:
        for scope in (owner_scope(owner.pk), owner_scope(None), owner_scope(stranger.pk)):
            with scope:
                seen.append(titles(on=pooled))
                servers.add(pooled.connection.info.backend_pid)
                pooled.close()
    finally:
        pooled.close_pool()

    assert seen == [["Mine"], [], ["Theirs"]]
    assert len(servers) == 1


@with_commits
def test_rollback_undoes_what_was_told(owner, stranger):
    assert titles_of(owner) == ["Mine"]
    with pytest.raises(ZeroDivisionError):
        read_and_fail(stranger)

    assert titles_of(stranger) == ["Theirs"]


def test_rollback_to_a_savepoint_undoes_what_was_told(owner, stranger):
    assert titles_of(owner) == ["Mine"]
    with pytest.raises(ZeroDivisionError):
        read_and_fail(stranger)

    assert titles_of(stranger) == ["Theirs"]


@with_commits
def test_statement_that_failed_undoes_what_was_told_with_it(owner, stranger):
    assert titles_of(owner) == ["Mine"]
    with pytest.raises(DatabaseError), owner_scope(stranger.pk), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")

    assert titles_of(stranger) == ["Theirs"]


@with_commits
def test_commit_that_failed_undoes_what_was_told(owner, stranger):
    assert titles_of(owner) == ["Mine"]
    with pytest.raises(IntegrityError):
        erase_and_leave_the_rest(stranger)

    assert titles_of(stranger) == ["Theirs"]


@pytest.mark.parametrize(
    "statement",
    [
        "SET bidwright.owner TO '*'",
        "SELECT 1; SET bidwright.owner TO '*'",
        "SELECT set_config('bidwright.owner', '*', false)",
        "RESET bidwright.owner",
    ],
)
def test_code_that_sets_the_scope_by_itself_opens_nothing_for_the_next_statement(owner, stranger, statement):
    with owner_scope(stranger.pk), connection.cursor() as cursor:
        titles()
        cursor.execute(statement)

        assert titles() == ["Theirs"]


@with_commits
def test_threads_do_not_share_what_was_told(owner, stranger):
    seen, both = {}, threading.Barrier(2)

    def work(person):
        try:
            with owner_scope(person.pk):
                both.wait()
                seen[person.pk] = [titles() for _number in range(20)]
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[person]) for person in (owner, stranger)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == {owner.pk: [["Mine"]] * 20, stranger.pk: [["Theirs"]] * 20}


def test_scope_entered_in_async_code_goes_with_it_to_the_database(owner, stranger):
    async def read():
        with owner_scope(stranger.pk):
            return await sync_to_async(titles)(), [item.title async for item in PortfolioItem.objects.all()]

    assert async_to_sync(read)() == (["Theirs"], ["Theirs"])


# Every way to the database


def test_cursor_on_the_server_is_under_the_scope(owner, stranger):
    titles_of(owner)

    with owner_scope(stranger.pk):
        assert [item.title for item in PortfolioItem._base_manager.iterator(chunk_size=1)] == ["Theirs"]


def test_copy_is_under_the_scope(owner, stranger):
    titles_of(owner)

    with (
        owner_scope(stranger.pk),
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({TITLES}) TO STDOUT") as rows,
    ):
        assert list(rows.rows()) == [("Theirs",)]


def test_copy_under_a_query_count_is_under_the_scope(owner, stranger, django_assert_num_queries):
    titles_of(owner)

    with (
        django_assert_num_queries(1),
        owner_scope(stranger.pk),
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({TITLES}) TO STDOUT") as rows,
    ):
        assert list(rows.rows()) == [("Theirs",)]


def test_stream_is_under_the_scope(owner, stranger):
    titles_of(owner)

    with owner_scope(stranger.pk), connection.cursor() as cursor:
        assert list(cursor.stream(TITLES)) == [("Theirs",)]


def test_many_statements_at_once_are_under_the_scope(owner, stranger):
    titles_of(owner)

    with owner_scope(stranger.pk), connection.cursor() as cursor:
        cursor.executemany("UPDATE accounts_portfolioitem SET title = %s", [("a",), ("b",)])

    assert (titles_of(owner), titles_of(stranger)) == (["Mine"], ["b"])


def test_several_statements_in_one_text_are_under_the_scope(owner, stranger):
    titles_of(owner)

    with owner_scope(stranger.pk), connection.cursor() as cursor:
        cursor.execute("; ".join([TITLES, "SELECT count(*) FROM accounts_portfolioitem"]))
        first = cursor.fetchall()
        cursor.nextset()

        assert (first, cursor.fetchall()) == ([("Theirs",)], [(1,)])


def test_function_is_called_under_the_scope(owner):
    with owner_scope(owner.pk), connection.cursor() as cursor:
        cursor.callproc("current_setting", ["bidwright.owner"])

        assert cursor.fetchone() == (str(owner.pk),)


def test_values_with_percent_signs_and_quotes_arrive_as_they_are(owner):
    text = "100 % of O'Brien; \\ {} %s"

    with owner_scope(owner.pk), connection.cursor() as cursor:
        cursor.execute("SELECT %s, '%%', current_setting('bidwright.owner')", [text])

        assert cursor.fetchone() == (text, "%", str(owner.pk))


# Migrations, the switch, and what it costs the planner


def test_migration_changes_the_rows_of_everybody(owner, stranger):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.schema_editor() as editor:
        editor.execute("UPDATE accounts_portfolioitem SET year = 1999")

    with everyone_scope(Reason.SWEEP):
        assert set(PortfolioItem.objects.values_list("year", flat=True)) == {1999}


def test_operation_can_be_undone_and_done_again(owner, stranger):
    operation = RowSecurity("PortfolioItem")
    state = ProjectState.from_apps(Profile._meta.apps)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with connection.schema_editor() as editor:
        operation.database_backwards("accounts", editor, state, state)
    without = titles()
    with connection.schema_editor() as editor:
        operation.database_forwards("accounts", editor, state, state)

    assert (without, titles()) == (["Mine", "Theirs"], [])
    assert operation.describe() == "Show rows of PortfolioItem to their owner alone"
    assert operation.migration_name_fragment == "portfolioitem_row_security"


def test_migrate_switches_the_tables_as_the_setting_says(owner, stranger, settings):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    settings.ROW_SECURITY = False
    follow_setting(using="default")
    off = titles()
    settings.ROW_SECURITY = True
    follow_setting(using="default")

    assert (off, titles()) == (["Mine", "Theirs"], [])


@with_commits
def test_session_of_an_installation_without_row_security_sees_all_before_migrate_has_run(owner, stranger):
    entry = database("postgresql://x@y/z", pool_size=0, row_security=False)
    parameters = connection.get_connection_params() | entry["OPTIONS"]

    with psycopg.connect(**parameters) as session:
        found = session.execute(TITLES).fetchall()

    assert found == [("Mine",), ("Theirs",)]


def test_check_is_content_where_the_search_may_use_its_index(settings):
    assert check_search_may_use_its_index(None, databases=["default"]) == []
    settings.ROW_SECURITY = False
    assert check_search_may_use_its_index(None, databases=["default"]) == []


def test_policy_is_worked_out_once_for_a_statement(owner):
    with owner_scope(owner.pk), connection.cursor() as cursor:
        cursor.execute("EXPLAIN (COSTS OFF) SELECT * FROM accounts_portfolioitem")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "InitPlan" in plan
    assert "current_setting" not in plan.partition("Filter")[2]


def test_search_for_words_keeps_its_index(owner):
    with owner_scope(owner.pk), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT id FROM jobs_job WHERE search_vector @@ 'django'::tsquery")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Bitmap Index Scan on job_search" in plan
