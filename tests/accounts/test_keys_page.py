"""The page of one's own keys: add, test, switch off, replace, delete; and what it says when something is wrong."""

import re

import pytest
from django.urls import reverse

from apps.accounts.enums import KeyKind, KeyResult
from apps.accounts.models import SecretKey
from apps.accounts.vault import selectors, services
from apps.core.tenancy import owner_scope
from tests.accounts.factories import OPENAI_KEY, PASSWORD, SecretKeyFactory, add_totp, confirm, totp_code
from tests.accounts.test_vault import OTHER_RING, tester  # noqa: F401 a fixture

LIST, NEW = reverse("accounts:key-list"), reverse("accounts:key-create")
SERVER = {"base_url": "https://93.184.216.34/v1", "model": "qwen3"}


@pytest.fixture
def signed_in(client, owner):
    """The owner's browser, who has just shown who they are."""
    client.force_login(owner)
    confirm(client, owner)
    return client


@pytest.fixture
def key(owner):
    return SecretKeyFactory(owner=owner, label="Work")


def address(name, key):
    return reverse(f"accounts:{name}", args=[key.public_id])


def text(response) -> str:
    body = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def secret_of(owner, kind=KeyKind.OPENAI):
    with owner_scope(owner.pk):
        return selectors.key_of(owner.pk, kind).secret


def test_empty_page_says_what_keys_are_for_and_leads_on(signed_in):
    response = signed_in.get(LIST)

    assert "No keys of your own" in text(response)
    assert f'href="{NEW}"' in response.content.decode()


def test_kinds_that_are_left_are_offered(signed_in, key):
    shown = text(signed_in.get(NEW))

    assert "Anthropic" in shown
    assert "OpenAI-compatible server" in shown
    assert "Letters are written on your own account at OpenAI." not in shown


def test_added_key_is_listed_by_its_last_four_and_never_shown(signed_in, owner):
    response = signed_in.post(f"{NEW}?kind=openai", {"secret": OPENAI_KEY, "label": "Work"}, follow=True)

    html = response.content.decode()
    assert "Work OpenAI •••• 7Qk2" in text(response)
    assert "Not tested yet" in text(response)
    assert OPENAI_KEY not in html
    assert secret_of(owner) == OPENAI_KEY


def test_key_of_ones_own_server_is_added_with_its_address(signed_in, owner):
    signed_in.post(
        f"{NEW}?kind=compatible", {**SERVER, "base_url": f"{SERVER['base_url']}/chat/completions/", "secret": ""}
    )

    with owner_scope(owner.pk):
        opened = selectors.key_of(owner.pk, KeyKind.COMPATIBLE)
    assert (opened.base_url, opened.model, opened.secret) == ("https://93.184.216.34/v1", "qwen3", "")


@pytest.mark.parametrize(
    ("base_url", "said"),
    (
        ("http://127.0.0.1:11434/v1", "leads into a private network"),
        ("http://10.0.0.7:11434/v1", "10.0.0.7:11434 leads into a private network"),
        ("http://169.254.169.254/latest", "leads into a private network"),
        ("https://[::1]/v1", "leads into a private network"),
        ("ftp://ai.example.com", "Write an address like"),
        ("https://user:pass@93.184.216.34/v1", "Write an address like"),
        ("https://93.184.216.34:99999/v1", "Write an address like"),
        ("http://93.184.216.34/v1", "the key would travel in the clear"),
    ),
)
def test_address_that_must_not_be_reached_is_refused_with_a_sentence(signed_in, owner, base_url, said):
    form = {**SERVER, "base_url": base_url, "secret": "sk-or-v1-0123456789"}

    response = signed_in.post(f"{NEW}?kind=compatible", form)

    assert response.status_code == 422
    assert said in text(response)
    assert "sk-or-v1" not in response.content.decode()
    with owner_scope(owner.pk):
        assert SecretKey.objects.count() == 0


def test_private_address_that_the_operator_lists_is_let_through(signed_in, owner, settings):
    settings.OUTBOUND_PRIVATE_ALLOW = ["10.0.0.7:11434"]

    response = signed_in.post(
        f"{NEW}?kind=compatible", {"base_url": "http://10.0.0.7:11434/v1", "model": "qwen3", "secret": "abc"}
    )

    assert response.status_code == 302


@pytest.mark.parametrize(
    ("kind", "secret", "said"),
    (
        ("openai", "", "This field is required"),
        ("openai", "sk-ant-0123456789", "This looks like a key for another service: Anthropic."),
        ("anthropic", "sk-proj-0123456789", "This looks like a key for another service: OpenAI."),
        ("openai", "two words", "A key has no spaces"),
        ("openai", "ключ", "A key has no spaces"),
    ),
)
def test_key_that_was_copied_wrongly_is_refused(signed_in, kind, secret, said):
    response = signed_in.post(f"{NEW}?kind={kind}", {"secret": secret})

    assert (response.status_code, said in text(response)) == (422, True)


def test_unknown_kind_is_not_found(signed_in):
    assert signed_in.get(f"{NEW}?kind=mistral").status_code == 404


def test_second_key_of_a_kind_is_told_to_be_replaced(signed_in, key):
    response = signed_in.post(f"{NEW}?kind=openai", {"secret": OPENAI_KEY}, follow=True)

    assert "You have such a key already. Replace it instead." in [str(m) for m in response.context["messages"]]


def test_test_answers_in_the_row(signed_in, key, tester):  # noqa: F811 the fixture above
    tester.result = KeyResult.REFUSED
    target = f"div#key-{key.public_id}"

    response = signed_in.post(address("key-test", key), headers={"HX-Request": "true", "HX-Target": target})

    html = response.content.decode()
    assert html.strip().startswith(f'<div class="row" id="key-{key.public_id}"')
    assert "Refused" in html
    assert "revoked, or copied with a mistake" in html


def test_test_without_script_answers_on_the_page(signed_in, key, tester):  # noqa: F811 as above
    response = signed_in.post(address("key-test", key), follow=True)

    assert [str(message) for message in response.context["messages"]] == ["Work: Works"]
    assert "Works" in text(response)


def test_tests_are_limited(signed_in, key, tester):  # noqa: F811 as above
    for _number in range(12):
        response = signed_in.post(address("key-test", key), follow=True)

    assert len(tester.asked) == 10
    assert "That was many tests at once. Wait a minute." in [str(m) for m in response.context["messages"]]


def test_key_is_switched_off_and_on(signed_in, key, owner):
    off = signed_in.post(address("key-switch", key), {"is_active": "0"}, follow=True)
    with owner_scope(owner.pk):
        used = selectors.key_of(owner.pk, KeyKind.OPENAI)
    on = signed_in.post(address("key-switch", key), {"is_active": "1"}, follow=True)

    assert ("Switched off" in text(off), used, "Switched off" in text(on)) == (True, None, False)
    assert secret_of(owner) == OPENAI_KEY


def test_replacing_keeps_the_key_where_none_is_entered(signed_in, key, owner):
    empty = signed_in.get(address("key-edit", key))
    signed_in.post(address("key-edit", key), {"secret": "", "label": "Home"})

    assert "Leave it empty to keep the key that is there." in text(empty)
    assert OPENAI_KEY not in empty.content.decode()
    with owner_scope(owner.pk):
        assert SecretKey.objects.get().label == "Home"
    assert secret_of(owner) == OPENAI_KEY


def test_stored_key_is_never_sent_to_a_new_address(signed_in, owner):
    key = SecretKeyFactory(owner=owner, kind=KeyKind.COMPATIBLE, **SERVER)

    response = signed_in.post(
        address("key-edit", key), {**SERVER, "base_url": "https://93.184.216.99/v1", "secret": ""}
    )

    assert "Enter the key again" in text(response)
    with owner_scope(owner.pk):
        assert SecretKey.objects.get().base_url == SERVER["base_url"]


def test_deleting_asks_once(signed_in, key, owner):
    asked = signed_in.get(address("key-delete", key))
    signed_in.post(address("key-delete", key))

    assert "revoke it there" in text(asked)
    with owner_scope(owner.pk):
        assert SecretKey.objects.count() == 0


@pytest.mark.parametrize("name", ("key-edit", "key-delete"))
def test_dangerous_pages_ask_who_it_is(client, owner, key, name):
    client.force_login(owner)

    response = client.get(address(name, key))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_reauthenticate"))


def test_secret_that_was_posted_too_late_is_not_kept_in_the_session(client, owner):
    client.force_login(owner)

    response = client.post(f"{NEW}?kind=openai", {"secret": OPENAI_KEY})

    assert (response.status_code, response["Location"]) == (302, f"{NEW}?kind=openai")
    assert OPENAI_KEY not in str(dict(client.session))
    with owner_scope(owner.pk):
        assert SecretKey.objects.count() == 0


def test_deleting_goes_on_after_the_password(client, owner, key):
    client.force_login(owner)
    asked = client.post(address("key-delete", key))

    client.post(asked["Location"], {"password": PASSWORD})

    with owner_scope(owner.pk):
        assert SecretKey.objects.count() == 0


def test_missing_master_key_is_explained_and_putting_it_back_heals(signed_in, key, settings):
    ring, settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS, OTHER_RING
    locked = signed_in.get(LIST)
    tested = signed_in.post(address("key-test", key), follow=True)
    settings.ENCRYPTION_KEYS = ring

    assert "1 key cannot be opened." in text(locked)
    assert "put it back into ENCRYPTION_KEYS" in text(locked)
    assert "Locked" in text(locked)
    assert tested.status_code == 200
    assert "cannot be opened" not in text(signed_in.get(LIST))


def test_server_that_asks_for_a_key_is_told_from_a_key_that_was_refused(signed_in, owner, tester):  # noqa: F811 as above
    key = SecretKeyFactory(owner=owner, kind=KeyKind.COMPATIBLE, **{**SERVER, "secret": ""})
    tester.result = KeyResult.REFUSED

    response = signed_in.post(address("key-test", key), follow=True)

    assert "The server asks for a key. Enter one." in text(response)


def test_second_factor_that_does_not_open_is_explained_and_heals(client, owner, settings):
    add_totp(owner)
    ring, settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS, OTHER_RING
    asked = client.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})

    locked = client.post(asked["Location"], {"code": "123456"})
    settings.ENCRYPTION_KEYS = ring
    healed = client.post(asked["Location"], {"code": totp_code()})

    assert locked.status_code == 503
    assert "put the key back into ENCRYPTION_KEYS" in locked.content.decode()
    assert healed.status_code == 302


@pytest.mark.parametrize("name", ("key-edit", "key-test", "key-switch", "key-delete"))
def test_stranger_finds_no_key_of_the_owner(client, stranger, key, name):
    client.force_login(stranger)
    confirm(client, stranger)

    assert client.post(address(name, key)).status_code == 404


def test_staff_see_their_own_keys_alone(client, staff, key):
    client.force_login(staff)

    assert "7Qk2" not in client.get(LIST).content.decode()


@pytest.mark.parametrize("rows", (1, 3))
def test_page_asks_the_same_few_questions_for_one_key_and_for_three(
    signed_in, owner, rows, django_assert_max_num_queries
):
    signed_in.get(LIST)
    kinds = [(KeyKind.OPENAI, {}), (KeyKind.ANTHROPIC, {}), (KeyKind.COMPATIBLE, SERVER)]
    for kind, values in kinds[:rows]:
        SecretKeyFactory(owner=owner, kind=kind, **values)

    with django_assert_max_num_queries(12):
        assert signed_in.get(LIST).content.decode().count('id="key-') == rows


def test_page_speaks_ukrainian(client, owner):
    key = SecretKeyFactory(owner=owner, label="Work")
    with owner_scope(owner.pk):
        services.note_refusal(key_id=key.pk, result=KeyResult.REFUSED)
    owner.language = "uk"
    owner.save(update_fields=["language"])
    client.force_login(owner)

    shown = text(client.get(LIST))

    assert "Ваші власні ключі" in shown
    assert "Ключ відкликано або скопійовано з помилкою. Замініть його." in shown
