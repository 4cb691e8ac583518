"""From the button to Upwork and back, as a browser goes: through our pages and the sandbox's consent page."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from apps.core.tenancy import owner_scope
from apps.upwork import policy, purgers, vault
from apps.upwork.enums import ConnectionState
from apps.upwork.models import Connection
from tests.upwork.conftest import connect, make_person, point_at
from tests.upwork.scripted import Reply

PAGE, CONNECT, CALLBACK, DISCONNECT = (
    reverse(f"upwork:{name}") for name in ("connection", "connect", "callback", "disconnect")
)
OWN_KEY = {"key": "own", "client_id": "sandbox-freelancer", "client_secret": "sandbox-freelancer-secret"}
INSTALLATION_KEY = {"key": "installation"}


@pytest.fixture
def visitor(client, person):
    client.force_login(person)
    return client


def _consent(sandbox, location: str, **extra: str) -> str:
    """Answer the consent page that `location` leads to; returns the path back to us."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    page = sandbox.get(location.removeprefix(sandbox.url))
    form = {**asked, "freelancer": "akovalenko", "decision": "allow", **extra}
    answer = sandbox.post("/ab/account-security/oauth2/authorize", data=form)
    assert (page.status_code, answer.status_code) == (200, 302)
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"


def _walk(visitor, sandbox, form: dict[str, str] = INSTALLATION_KEY, **extra: str):
    there = visitor.post(CONNECT, form)
    return visitor.get(_consent(sandbox, there["Location"], **extra), follow=True)


def _messages(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def test_person_connects_with_the_installations_key(visitor, sandbox, person):
    page = _walk(visitor, sandbox)

    connection = Connection.objects.get(owner=person)
    assert page.redirect_chain == [(PAGE, 302)]
    assert _messages(page) == ["Upwork is connected."]
    assert (connection.state, connection.client_id, connection.has_own_key) == ("connected", "sandbox-full", False)
    assert (connection.upwork_nid, connection.is_sandbox) == ("akovalenko", True)
    assert connection.upwork_user_id
    assert connection.organization_id
    assert vault.opened(connection, "access_token").startswith("oauth2v2_")
    assert connection.expires_at > timezone.now() + timedelta(hours=23)


def test_person_connects_with_a_key_of_their_own(visitor, sandbox, person):
    page = _walk(visitor, sandbox, OWN_KEY)

    connection = Connection.objects.get(owner=person)
    text = page.content.decode()
    assert (connection.client_id, connection.has_own_key) == ("sandbox-freelancer", True)
    assert vault.application_of(connection).client_secret == "sandbox-freelancer-secret"
    assert "…ncer" in text
    assert "sandbox-freelancer-secret" not in text


def test_upwork_is_asked_without_scope_and_with_our_callback(visitor, sandbox):
    there = visitor.post(CONNECT, INSTALLATION_KEY)

    target = urlsplit(there["Location"])
    asked = parse_qs(target.query)
    assert f"{target.scheme}://{target.netloc}{target.path}" == f"{sandbox.url}/ab/account-security/oauth2/authorize"
    assert asked.keys() == {"response_type", "client_id", "redirect_uri", "state"}
    assert asked["redirect_uri"] == ["http://testserver/settings/upwork/callback/"]
    assert len(asked["state"][0]) >= 32


def test_authorisation_address_may_be_a_path_of_ours(visitor, sandbox, settings):
    settings.UPWORK_AUTH_URL = "/sandbox/upwork"

    there = visitor.post(CONNECT, INSTALLATION_KEY)

    assert there["Location"].startswith("http://testserver/sandbox/upwork/ab/account-security/oauth2/authorize?")


def test_secret_waits_in_the_session_sealed(visitor, sandbox):
    visitor.post(CONNECT, OWN_KEY)

    assert "sandbox-freelancer-secret" not in str(dict(visitor.session))


def test_nothing_is_stored_until_upwork_agrees(visitor, sandbox, person):
    visitor.post(CONNECT, OWN_KEY)

    assert not Connection.objects.filter(owner=person).exists()


def _problem(visitor, back: str) -> tuple[list[str], bool]:
    page = visitor.get(back, follow=True)
    return _messages(page), Connection.objects.exists()


def test_refused_consent_connects_nothing_and_says_so(visitor, sandbox):
    there = visitor.post(CONNECT, INSTALLATION_KEY)

    told, connected = _problem(visitor, _consent(sandbox, there["Location"], decision="deny"))

    assert (told, connected) == (["You did not give the permission, so nothing was connected."], False)


def test_forged_state_connects_nothing(visitor, sandbox):
    there = visitor.post(CONNECT, INSTALLATION_KEY)
    back = _consent(sandbox, there["Location"], state="forged")

    told, connected = _problem(visitor, back)

    assert "Start again" in told[0]
    assert not connected


def test_answer_without_an_attempt_connects_nothing(visitor, sandbox):
    told, connected = _problem(visitor, f"{CALLBACK}?code=x&state=y")

    assert "Start again" in told[0]
    assert not connected


def test_answer_is_good_for_one_use(visitor, sandbox):
    there = visitor.post(CONNECT, INSTALLATION_KEY)
    back = _consent(sandbox, there["Location"])
    visitor.get(back)

    page = visitor.get(back, follow=True)

    assert "Start again" in _messages(page)[-1]


def test_answer_of_another_person_connects_nothing(visitor, sandbox, client, person):
    """A stolen link, opened by somebody who is logged in: the state is not theirs."""
    there = visitor.post(CONNECT, INSTALLATION_KEY)
    back = _consent(sandbox, there["Location"])
    stranger = make_person("eve@example.com")
    client.force_login(stranger)

    client.get(back)

    with owner_scope(stranger.pk):
        assert not Connection.objects.exists()


def test_code_that_has_expired_says_to_connect_again(visitor, sandbox):
    there = visitor.post(CONNECT, INSTALLATION_KEY)
    back = _consent(sandbox, there["Location"])

    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=True):
        told, connected = _problem(visitor, back)

    assert (told, connected) == (["The permission has expired or was taken back. Connect again."], False)


def test_wrong_secret_says_to_check_the_key(visitor, sandbox):
    there = visitor.post(CONNECT, {**OWN_KEY, "client_secret": "wrong"})

    told, connected = _problem(visitor, _consent(sandbox, there["Location"]))

    assert (told, connected) == (
        ["Upwork does not know this application key, or the secret is wrong. Check both."], False,
    )  # fmt: skip


def test_upwork_in_trouble_says_to_try_again(visitor, sandbox, scripted, settings):
    point_at(settings, sandbox.url)
    there = visitor.post(CONNECT, INSTALLATION_KEY)
    back = _consent(sandbox, there["Location"])
    point_at(settings, scripted.url)
    scripted.will_say(Reply("Bad Gateway", status=502))

    told, connected = _problem(visitor, back)

    assert (told, connected) == (
        ["Upwork did not answer as it should, so nothing was connected. Try again in a minute."], False,
    )  # fmt: skip


@pytest.mark.parametrize("error", ("invalid_scope", "<script>alert(1)</script>"))
def test_other_refusals_are_told_in_words(visitor, sandbox, error):
    visitor.post(CONNECT, INSTALLATION_KEY)

    page = visitor.get(CALLBACK, {"error": error}, follow=True)

    assert _messages(page) == [f"Upwork refused the connection: {error}"]
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize("missing", ("client_id", "client_secret"))
def test_own_key_needs_both_parts(visitor, sandbox, missing):
    page = visitor.post(CONNECT, {**OWN_KEY, missing: ""})

    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {missing}
    assert "sandbox-freelancer-secret" not in page.content.decode()


def test_installation_without_a_key_says_to_use_ones_own(visitor, sandbox, settings):
    settings.UPWORK_CLIENT_ID = ""

    page = visitor.post(CONNECT, INSTALLATION_KEY, follow=True)

    assert _messages(page) == ["This installation has no application key. Use one of your own."]


@pytest.mark.parametrize(
    ("target", "lands"),
    (("/welcome/done/", "/welcome/done/"), ("https://evil.example/", PAGE), ("//evil.example/", PAGE), ("", PAGE)),
)
def test_person_goes_on_where_they_came_from_and_never_elsewhere(visitor, sandbox, target, lands):
    there = visitor.post(CONNECT, {**INSTALLATION_KEY, "next": target})

    back = visitor.get(_consent(sandbox, there["Location"]))

    assert (back.status_code, back["Location"]) == (302, lands)


def test_connecting_again_keeps_the_key_and_cures(visitor, sandbox, person):
    _walk(visitor, sandbox, OWN_KEY)
    Connection.objects.update(state=ConnectionState.RECONNECT)

    _walk(visitor, sandbox, {"key": "same"})

    connection = Connection.objects.get(owner=person)
    assert (connection.state, connection.client_id) == ("connected", "sandbox-freelancer")
    assert vault.application_of(connection).client_secret == "sandbox-freelancer-secret"


def test_key_is_probed_in_the_background_after_the_commit(sandbox, person, valkey, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        connection = connect(sandbox, person)

    queued = valkey.lrange("sync", 0, -1)
    assert connection.probed_at is None
    assert len(queued) == 1
    assert "apps.upwork.tasks.care_for_connection" in queued[0]


# Disconnecting


@pytest.fixture
def purged():
    """Owners whose content was asked to go."""
    owners: list[int] = []

    def remember(owner_id: int) -> None:
        owners.append(owner_id)

    purgers.register(remember)
    yield owners
    purgers._purgers.popitem()


@pytest.mark.parametrize(
    ("is_purged", "said"),
    (
        (True, "Upwork is disconnected, and what came through it was removed."),
        (False, "Upwork is disconnected."),
    ),
    ids=("marketplace", "sandbox whose postings stay"),
)
def test_disconnecting_forgets_the_permission_and_purges_at_once(
    visitor, sandbox, person, purged, settings, is_purged, said
):
    settings.SANDBOX_PURGE = is_purged
    connection = connect(sandbox, person)
    access = vault.opened(connection, "access_token")

    page = visitor.post(DISCONNECT, follow=True)

    connection.refresh_from_db()
    secrets = (connection.access_token, connection.refresh_token, connection.client_id)
    assert (connection.state, connection.has_own_key, secrets) == ("disconnected", False, ("", "", ""))
    assert (connection.upwork_name, connection.capabilities, connection.expires_at) == ("", {}, None)
    assert purged == [person.pk]
    assert _messages(page) == [said]
    assert sandbox.graphql("{ user { id } }", token=access).status_code == 401


def test_disconnecting_works_while_upwork_is_down(visitor, sandbox, person, purged, settings):
    connection = connect(sandbox, person)
    settings.UPWORK_TOKEN_URL = f"{sandbox.url}/nowhere"

    visitor.post(DISCONNECT)

    connection.refresh_from_db()
    assert (connection.state, purged) == ("disconnected", [person.pk])


def test_purge_that_fails_disconnects_nothing(visitor, sandbox, person, purged):
    connection = connect(sandbox, person)

    def fail(_owner_id: int) -> None:
        raise RuntimeError("the purge failed")

    purgers.register(fail)
    try:
        with pytest.raises(RuntimeError):
            visitor.post(DISCONNECT)
    finally:
        purgers._purgers.pop(f"{fail.__module__}.{fail.__qualname__}")

    connection.refresh_from_db()
    assert connection.state == "connected"
    assert sandbox.graphql("{ user { id } }", token=vault.opened(connection, "access_token")).status_code == 200


def test_disconnecting_twice_purges_once(visitor, sandbox, person, purged):
    connect(sandbox, person)

    visitor.post(DISCONNECT)
    visitor.post(DISCONNECT)

    assert purged == [person.pk]


def test_another_upwork_account_purges_what_the_first_one_saw(visitor, sandbox, person, purged):
    _walk(visitor, sandbox)
    _walk(visitor, sandbox)
    same_account = list(purged)

    _walk(visitor, sandbox, freelancer="new", name="Somebody Else")

    assert (same_account, purged) == ([], [person.pk])


def test_another_upwork_account_is_read_from_the_beginning(visitor, sandbox, person):
    _walk(visitor, sandbox)
    Connection.objects.update(proposals_synced_at=timezone.now())
    _walk(visitor, sandbox)
    same_account = Connection.objects.get().proposals_synced_at

    _walk(visitor, sandbox, freelancer="new", name="Somebody Else")

    assert same_account is not None
    assert Connection.objects.get().proposals_synced_at is None


def test_another_upwork_account_is_named_and_the_same_one_is_not(visitor, sandbox, person):
    _walk(visitor, sandbox)
    again = _walk(visitor, sandbox)

    other = _walk(visitor, sandbox, freelancer="new", name="Somebody Else")

    assert _messages(again) == ["Upwork is connected."]
    assert _messages(other) == [
        "You are now connected as Somebody Else; proposals of Andrii Kovalenko stay in your pipeline."
    ]


def test_disconnecting_touches_nobody_else(visitor, sandbox, person):
    other = make_person("bob@example.com")
    with owner_scope(other.pk):
        theirs = connect(sandbox, other)
    connect(sandbox, person)

    visitor.post(DISCONNECT)

    with owner_scope(other.pk):
        theirs.refresh_from_db()
        assert theirs.state == "connected"
        assert policy.source() == "sandbox"
