"""Sealed secrets and addresses to return to, whatever is put into them."""

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from apps.core.crypto import DecryptionError, decrypt, encrypt
from apps.core.redirects import safe_next

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=80)


@given(text=TEXTS, owner_id=st.integers(0, 2**31), purpose=st.text("abc.", max_size=12))
def test_sealed_text_opens_for_its_owner_and_purpose_alone(text, owner_id, purpose):
    token = encrypt(text, owner_id=owner_id, purpose=purpose)

    assert decrypt(token, owner_id=owner_id, purpose=purpose) == text
    for other in ({"owner_id": owner_id + 1, "purpose": purpose}, {"owner_id": owner_id, "purpose": purpose + "x"}):
        with pytest.raises(DecryptionError):
            decrypt(token, **other)


@given(place=st.integers(0, 200), letter=st.sampled_from("Aa0_-"))
def test_token_with_one_letter_changed_never_opens_to_another_text(place, letter):
    token = encrypt("refresh-token", owner_id=1, purpose="upwork.refresh_token")
    place %= len(token)
    changed = token[:place] + letter + token[place + 1 :]

    try:
        opened = decrypt(changed, owner_id=1, purpose="upwork.refresh_token")
    except DecryptionError:
        opened = "refresh-token"

    assert opened == "refresh-token"


@given(given=TEXTS)
def test_anything_that_was_never_sealed_is_refused_with_our_error(given):
    with pytest.raises(DecryptionError):
        decrypt(given, owner_id=1, purpose="x")


@given(
    wanted=TEXTS
    | st.sampled_from(("//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/\t/evil"))
)
def test_form_leads_to_our_own_pages_alone(wanted):
    request = RequestFactory().post("/", {"next": wanted})

    led_to = safe_next(request)

    assert led_to == "" or (led_to.startswith("/") and not led_to.startswith(("//", "/\\", "/\t")))
