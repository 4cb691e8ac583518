"""Secrets at rest open for their owner and purpose, with a key of the ring, and for nobody else."""

import base64

import pytest

from apps.core.crypto import DecryptionError, KeyRing, decrypt, encrypt

FIRST = "a:" + base64.b64encode(b"1" * 32).decode()
SECOND = "b:" + base64.b64encode(b"2" * 32).decode()


@pytest.fixture(autouse=True)
def one_key(settings):
    settings.ENCRYPTION_KEYS = FIRST


@pytest.mark.parametrize("text", ("oauth2v2_0123456789abcdef", "", "ключ від усього 🔑", "x" * 10_000))
def test_text_comes_back_as_it_was(text):
    token = encrypt(text, owner_id=7, purpose="upwork.access_token")

    assert decrypt(token, owner_id=7, purpose="upwork.access_token") == text


def test_token_names_its_format_and_key_and_hides_the_text():
    token = encrypt("oauth2v2_secret", owner_id=7, purpose="test")

    version, key_id, nonce, sealed = token.split(".")
    assert (version, key_id, len(nonce), len(sealed)) == ("v1", "a", 16, 42)
    assert "secret" not in token


def test_same_text_is_never_sealed_the_same_way_twice():
    tokens = {encrypt("same", owner_id=7, purpose="test") for _number in range(50)}

    assert len(tokens) == 50


@pytest.mark.parametrize(("owner_id", "purpose"), ((8, "test"), (7, "other"), (77, "est"), (7, "")))
def test_another_owner_or_purpose_does_not_open_it(owner_id, purpose):
    token = encrypt("secret", owner_id=7, purpose="test")

    with pytest.raises(DecryptionError):
        decrypt(token, owner_id=owner_id, purpose=purpose)


def test_first_key_writes_and_older_ones_still_read(settings):
    old = encrypt("old", owner_id=7, purpose="test")
    settings.ENCRYPTION_KEYS = f"{SECOND},{FIRST}"

    new = encrypt("new", owner_id=7, purpose="test")

    assert (old.split(".")[1], new.split(".")[1]) == ("a", "b")
    assert [decrypt(token, owner_id=7, purpose="test") for token in (old, new)] == ["old", "new"]


def test_lost_key_is_named_and_putting_it_back_helps(settings):
    token = encrypt("secret", owner_id=7, purpose="test")
    settings.ENCRYPTION_KEYS = SECOND

    with pytest.raises(DecryptionError, match="key 'a' is not in ENCRYPTION_KEYS"):
        decrypt(token, owner_id=7, purpose="test")
    settings.ENCRYPTION_KEYS = f"{SECOND},{FIRST}"

    assert decrypt(token, owner_id=7, purpose="test") == "secret"


def test_key_with_a_known_id_and_other_bytes_does_not_open_it(settings):
    token = encrypt("secret", owner_id=7, purpose="test")
    settings.ENCRYPTION_KEYS = SECOND.replace("b:", "a:")

    with pytest.raises(DecryptionError):
        decrypt(token, owner_id=7, purpose="test")


@pytest.mark.parametrize("part", (2, 3))
def test_changed_token_does_not_open(part):
    parts = encrypt("secret", owner_id=7, purpose="test").split(".")
    parts[part] = ("B" if parts[part][0] == "A" else "A") + parts[part][1:]

    with pytest.raises(DecryptionError):
        decrypt(".".join(parts), owner_id=7, purpose="test")


@pytest.mark.parametrize(
    "token", ("", "plain text", "v1.a.x", "v2.a.AAAA.AAAA", "v1.a.?.?", "v1.a.AAAAA.AAAA", "v1.a..", "v1.a.є.є")
)
def test_what_was_never_sealed_does_not_open(token):
    with pytest.raises(DecryptionError):
        decrypt(token, owner_id=7, purpose="test")


@pytest.mark.parametrize(
    ("text", "problem"),
    (
        ("", "at least one key"),
        ("abc", "id:base64"),
        (":abc", "id:base64"),
        ("a.b:" + FIRST[2:], "no dot"),
        ("a:" + base64.b64encode(b"short").decode(), "5 bytes, and 32"),
        ("a:not base64", "."),
    ),
)
def test_malformed_key_ring_says_what_is_wrong(text, problem):
    with pytest.raises(ValueError, match=problem):
        KeyRing.parse(text)
