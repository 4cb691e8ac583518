"""The page “Activity”: one's own trail in words, found by kind and day, and taken along as a file."""

import csv
import io
import json
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from apps.accounts.audit import kinds, selectors
from apps.accounts.models import AuditEntry
from apps.accounts.privacy import held
from apps.core import sheets
from apps.core.audit import Action, asked_by, record
from apps.core.tenancy import owner_scope
from tests.accounts.factories import PASSWORD

pytestmark = pytest.mark.django_db
PAGE, EXPORT = reverse("accounts:activity"), reverse("accounts:activity-export")
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36"


def happened(owner, action=Action.KEY_ADDED, **words):
    record(action=action, owner_id=owner.pk, **words)


@pytest.fixture
def signed_in(client, owner):
    client.force_login(owner)
    with owner_scope(owner.pk):
        assert not AuditEntry.objects.exists()
    return client


@pytest.mark.parametrize("rows", (1, 3))
def test_list_query_count_is_flat(signed_in, owner, rows, django_assert_num_queries):
    for number in range(rows):
        happened(owner, after={"label": f"Key {number}"})

    with django_assert_num_queries(2):
        page = signed_in.get(PAGE).content.decode()

    assert all(f"Key {number}" in page for number in range(rows))


def test_line_says_what_who_and_from_where(client, owner):
    client.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD}, headers={"user-agent": WINDOWS})

    page = client.get(PAGE).content.decode()

    assert "Signed in" in page
    assert "You · 127.0.0.1 · Chrome on Windows" in page


def test_line_says_what_it_was_and_what_it_became_in_words(signed_in, owner):
    happened(
        owner,
        Action.SETTINGS_CHANGED,
        target="accounts.settings",
        before={"tone": "plain", "words_max": 200},
        after={"tone": "warm", "words_max": 180},
    )

    page = signed_in.get(PAGE).content.decode()

    assert "Tone: <del>Plain and direct</del> → <ins>Warm</ins>" in page
    assert "Most words: <del>200</del> → <ins>180</ins>" in page


def test_page_speaks_ukrainian(signed_in, owner):
    type(owner).objects.filter(pk=owner.pk).update(language="uk")
    happened(owner, Action.SETTINGS_CHANGED, target="accounts.settings", before={"tone": "warm"}, after={"tone": ""})

    page = signed_in.get(PAGE).content.decode()

    assert "Тон: <del>Теплий</del> → <ins>нічого</ins>" in page
    assert "Settings changed" not in page


def test_what_a_person_typed_is_shown_as_text(signed_in, owner):
    happened(owner, after={"label": "<script>alert(1)</script>"})

    assert "<script>alert(1)" not in signed_in.get(PAGE).content.decode()


def test_kind_is_found(signed_in, owner):
    happened(owner, Action.KEY_ADDED)
    happened(owner, Action.SIGNED_OUT)

    page = signed_in.get(PAGE, {"kind": "keys"}).content.decode()

    assert "Key added" in page
    assert "Signed out" not in page


@pytest.mark.parametrize(
    ("question", "is_found"),
    [
        ({"since": "2026-03-01", "until": "2026-03-01"}, True),
        ({"since": "2026-03-02"}, False),
        ({"until": "2026-02-28"}, False),
    ],
)
def test_days_are_those_of_the_persons_zone(signed_in, owner, question, is_found):
    type(owner).objects.filter(pk=owner.pk).update(time_zone="Europe/Kyiv")
    with time_machine.travel("2026-02-28 23:30Z", tick=False):  # half past one of the first of March in Kyiv
        happened(owner)

    assert ("Key added" in signed_in.get(PAGE, question).content.decode()) is is_found


def test_days_in_the_wrong_order_are_told(signed_in):
    answer = signed_in.get(PAGE, {"since": "2026-03-02", "until": "2026-03-01"})

    assert answer.status_code == 422
    assert "This day is before the first one." in answer.content.decode()


@pytest.mark.parametrize("question", [{"kind": "nonsense"}, {"since": "yesterday"}])
def test_nonsense_is_refused_and_never_a_crash(signed_in, question):
    assert signed_in.get(PAGE, question).status_code == 422


@pytest.mark.parametrize("cursor", ["-1", "x", "9" * 40, "٣", ""])
def test_broken_cursor_begins_at_the_newest(signed_in, owner, cursor):
    happened(owner)

    assert "Key added" in signed_in.get(PAGE, {"before": cursor}).content.decode()


def test_pages_follow_each_other_without_gap_or_repeat(signed_in, owner):
    for number in range(selectors.PAGE + 2):
        happened(owner, after={"label": f"Key {number}"})
    first = signed_in.get(PAGE, {"kind": "keys"}).context["page"]
    happened(owner, after={"label": "meanwhile"})

    second = signed_in.get(PAGE, {"kind": "keys", "before": first.older}).context["page"]

    assert [line.changes[0].after for line in first.lines][-1] == "Key 2"
    assert [line.changes[0].after for line in second.lines] == ["Key 1", "Key 0"]
    assert second.older == 0


def test_link_to_older_lines_keeps_the_question(signed_in, owner):
    for _number in range(selectors.PAGE + 1):
        happened(owner)

    page = signed_in.get(PAGE, {"kind": "keys"}).content.decode()

    assert "?kind=keys&amp;before=" in page


def test_empty_page_says_so_and_leads_out_of_a_narrow_question(signed_in):
    assert "Nothing yet" in signed_in.get(PAGE).content.decode()
    assert "Nothing of this kind in these days" in signed_in.get(PAGE, {"kind": "keys"}).content.decode()


def test_htmx_gets_the_fragment(signed_in, owner):
    happened(owner)

    part = signed_in.get(PAGE, headers={"HX-Request": "true", "HX-Target": "activity"}).content.decode()

    assert part.strip().startswith('<div class="stack" id="activity">')
    assert "<html" not in part


def test_stranger_and_staff_read_nothing_of_the_owner(client, owner, stranger, staff):
    happened(owner, after={"label": "Owner's key"})

    for other in (stranger, staff):
        client.force_login(other)
        for url in (PAGE, f"{EXPORT}?format=csv", f"{EXPORT}?format=json"):
            assert "Owner" not in client.get(url).content.decode().replace("&#x27;", "'")


def test_csv_holds_what_the_filter_finds_and_runs_nothing(signed_in, owner):
    happened(owner, after={"label": "=HYPERLINK(1)"})
    happened(owner, Action.SIGNED_OUT)

    answer = signed_in.get(EXPORT, {"format": "csv", "kind": "keys"})

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer["Content-Disposition"].startswith('attachment; filename="bidwright-activity-')
    assert [row[1] for row in rows] == ["What", "Key added"]
    assert sheets.csv_of(["a"], [["=1+1"]]).endswith("'=1+1\r\n")


def test_json_holds_every_line(signed_in, owner):
    happened(owner, after={"label": "Ключ"})

    answer = signed_in.get(EXPORT, {"format": "json"})

    (line,) = json.loads(answer.content)
    assert (line["what"], line["changes"][0]["after"]) == ("Key added", "Ключ")
    assert "Ключ" in answer.content.decode()


def test_export_is_written_down_itself(signed_in, owner):
    signed_in.get(EXPORT, {"format": "json"})

    with owner_scope(owner.pk):
        assert AuditEntry.objects.get().action == Action.EXPORT_DOWNLOADED


@pytest.mark.parametrize("question", [{}, {"format": "xml"}, {"format": "csv", "since": "x"}])
def test_export_of_nonsense_is_not_found(signed_in, question):
    assert signed_in.get(EXPORT, question).status_code == 404


@pytest.mark.parametrize("action", Action)
def test_every_action_has_a_kind_of_its_own(action):
    first_word = action.value.partition("_")[0]

    assert first_word in kinds._PREFIXES, f"{action} is of no kind: name its first word in kinds.py"


def test_old_entry_of_an_unknown_kind_is_still_shown(signed_in, owner):
    with owner_scope(owner.pk):
        AuditEntry(owner_id=owner.pk, action="no_longer_known", target="gone.model").save(force_insert=True)

    assert "no_longer_known" in signed_in.get(PAGE).content.decode()


def test_removed_search_has_no_link_and_a_proposal_has_one(signed_in, owner):
    number = "0f8fad5b-d9cb-469f-a165-70867728950e"
    happened(owner, Action.SEARCH_REMOVED, target="jobs.savedsearch", target_id=number, before={"name": "Shops"})
    happened(owner, Action.PROPOSAL_SENT, target="proposals.proposal", target_id=number, after={"status": "sent"})

    removed, sent = (line.url for line in reversed(signed_in.get(PAGE).context["page"].lines))

    assert (removed, sent) == ("", reverse("proposals:detail", args=[number]))


def test_who_is_named_from_the_readers_side(signed_in, owner, staff):
    happened(owner, actor_id=staff.pk)
    happened(owner)
    with time_machine.travel(timezone.now() + timedelta(seconds=1)):
        signed_in.post(reverse("accounts:theme"), {"theme": "dark"})

    lines = signed_in.get(PAGE).context["page"].lines
    assert [line.who for line in lines] == ["You", "Bidwright", "Our staff"]


def test_place_of_staff_is_not_shown_to_the_person(signed_in, owner, staff, rf):
    request = rf.get("/", REMOTE_ADDR="198.51.100.77", HTTP_USER_AGENT=WINDOWS)
    request.user = staff
    with asked_by(request):
        happened(owner, Action.STAFF_CHANGED, before={"role": "freelancer"}, after={"role": "support"})

    (line,) = signed_in.get(PAGE).context["page"].lines

    assert (line.who, line.address, line.browser) == ("Our staff", "", "")
    assert "198.51.100.77" not in signed_in.get(EXPORT, {"format": "json"}).content.decode()


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ("2026-03-01T10:05:00+00:00", "1 March 2026, 10:05"),
        ("Tallinn", "Tallinn"),
        ("2026-13-45T10:05:00Z", "2026-13-45T10:05:00Z"),
    ],
)
def test_moments_are_said_in_words(signed_in, owner, kept, words):
    happened(owner, after={"label": kept})

    assert signed_in.get(PAGE).context["page"].lines[0].changes[0].after == words


def test_archive_of_the_person_holds_no_place_of_staff_either(owner, staff, rf):
    for actor, address in ((staff, "198.51.100.77"), (owner, "198.51.100.78")):
        request = rf.get("/", REMOTE_ADDR=address, HTTP_USER_AGENT=WINDOWS)
        request.user = actor
        with asked_by(request):
            happened(owner, Action.KEY_ADDED, after={"label": "Mine"})

    with owner_scope(owner.pk):
        table = next(table for table in held._activity(owner.pk) if table.name == "auditentry")
        kept = str(list(table.rows))

    assert "198.51.100.78" in kept
    assert "198.51.100.77" not in kept
