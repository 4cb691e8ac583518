"""The second factor: who is let into the admin, and that its secrets are sealed."""

import json
import re
from hashlib import sha256

import pytest
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from apps.accounts.models import Profile
from tests.accounts.factories import (
    PASSWORD,
    TOTP_SECRET,
    ProfileFactory,
    StaffFactory,
    UserFactory,
    add_totp,
    totp_code,
)

ADMIN = "/admin/"
pytestmark = pytest.mark.django_db


def log_in(client, user, code=None):
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return answer if code is None else client.post(reverse("mfa_authenticate"), {"code": code})


@pytest.fixture
def verified(client, staff):
    """A client whose session has passed the second factor of staff."""
    add_totp(staff)
    log_in(client, staff, totp_code())
    return client


def test_visitor_is_led_to_the_log_in(client):
    answer = client.get(ADMIN, follow=True)

    assert answer.redirect_chain[-1][0] == f"{reverse('account_login')}?next=%2Fadmin%2F"


def test_person_finds_no_admin(client, owner):
    client.force_login(owner)

    assert client.get(ADMIN, follow=True).status_code == 404


def test_staff_without_a_factor_are_led_to_enrol(client, staff):
    log_in(client, staff)

    answer = client.get(ADMIN, follow=True)

    paths = [path.partition("?")[0] for path, _status in answer.redirect_chain]
    assert reverse("mfa_activate_totp") in paths
    assert ADMIN not in paths


def test_password_alone_does_not_open_the_admin_of_enrolled_staff(client, staff):
    add_totp(staff)
    client.force_login(staff, backend="allauth.account.auth_backends.AuthenticationBackend")

    answer = client.get(ADMIN, follow=True)

    assert [path.partition("?")[0] for path, _status in answer.redirect_chain][-1] == reverse("mfa_reauthenticate")


def test_code_opens_the_admin(verified):
    assert verified.get(ADMIN).status_code == 200


def test_asking_for_the_code_again_opens_the_admin(client, staff):
    add_totp(staff)
    client.force_login(staff, backend="allauth.account.auth_backends.AuthenticationBackend")

    client.post(reverse("mfa_reauthenticate"), {"code": totp_code()})

    assert client.get(ADMIN).status_code == 200


def test_wrong_code_does_not(client, staff):
    add_totp(staff)

    log_in(client, staff, "000000")

    assert client.get(ADMIN).status_code == 302


def test_removed_factor_closes_the_admin_at_once(verified, staff):
    Authenticator.objects.filter(user=staff).delete()

    assert verified.get(ADMIN).status_code == 302


def test_next_person_in_the_same_browser_is_not_verified(verified):
    other = StaffFactory(email="other@example.com")

    verified.force_login(other, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert verified.get(ADMIN).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_enrolling_session_counts_without_asking_again(client):
    staff = StaffFactory()
    log_in(client, staff)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    session = client.session
    session["mfa.totp.secret"] = TOTP_SECRET
    session.save()

    client.post(reverse("mfa_activate_totp"), {"code": totp_code()})

    assert client.get(ADMIN).status_code == 200


def test_secret_is_sealed_in_the_database(staff):
    add_totp(staff)

    stored = Authenticator.objects.get(user=staff).data["secret"]

    assert stored.startswith("v1.test.")
    assert TOTP_SECRET not in stored


def test_log_in_of_staff_leads_to_the_admin(verified, staff):
    verified.post(reverse("account_logout"))

    answer = log_in(verified, staff)

    assert answer.url.startswith(reverse("mfa_authenticate"))


def test_qr_is_drawn_only_while_enrolling(client, owner):
    client.force_login(owner)
    before = client.get(reverse("accounts:second-factor-qr"))
    session = client.session
    session["mfa.totp.secret"] = TOTP_SECRET
    session.save()

    during = client.get(reverse("accounts:second-factor-qr"))

    assert before.status_code == 404
    assert (during.status_code, during["Content-Type"]) == (200, "image/svg+xml")
    assert b"<svg" in during.content
    assert "no-store" in during["Cache-Control"]


def test_admin_sees_everybody_but_not_their_words(verified, owner):
    profile = ProfileFactory(owner=owner, overview="My own secret words")

    listed = verified.get("/admin/accounts/profile/").content.decode()
    opened = verified.get(f"/admin/accounts/profile/{profile.pk}/change/").content.decode()

    assert owner.email in listed
    assert "My own secret words" not in listed + opened
    assert profile.first_name not in listed + opened


@pytest.mark.parametrize("model", ["user", "profile", "settings"])
def test_admin_lists_search_and_open(verified, owner, model):
    url = f"/admin/accounts/{model}/"

    found = verified.get(url, {"q": owner.email}).content.decode()
    missed = verified.get(url, {"q": "nobody-at-all"}).content.decode()

    assert owner.email in found
    assert owner.email not in missed


def test_person_made_in_the_admin_has_a_profile(verified):
    answer = verified.post(
        "/admin/accounts/user/add/",
        {
            "email": "made@example.com",
            "role": "freelancer",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )

    assert answer.status_code == 302
    from apps.core.tenancy import Reason, everyone_scope

    with everyone_scope(Reason.ADMIN):
        assert Profile.objects.filter(owner__email="made@example.com").exists()


def test_verified_staff_see_only_their_own_outside_the_admin(verified, owner):
    ProfileFactory(owner=owner, overview="My own secret words")

    page = verified.get(reverse("accounts:profile")).content.decode()

    assert "My own secret words" not in page


def test_ordinary_person_may_use_a_factor_too(client):
    person = UserFactory()
    add_totp(person)

    asked = log_in(client, person)
    answer = client.post(reverse("mfa_authenticate"), {"code": totp_code()})

    assert asked.url.startswith(reverse("mfa_authenticate"))
    assert answer.url == reverse("jobs:feed")


def add_key(user):
    """A security key as its registration left it."""
    public = ES256.from_ctap1(b"\x04" + b"\x01" * 64)
    known = AttestedCredentialData.create(Aaguid.NONE, b"key-1", public)
    data = AuthenticatorData.create(sha256(b"testserver").digest(), AuthenticatorData.FLAG.AT, 0, bytes(known))
    said = CollectedClientData.create("webauthn.create", b"challenge-of-a-key", "http://testserver")
    response = {
        "clientDataJSON": websafe_encode(said),
        "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
    }
    name = websafe_encode(b"key-1")
    credential = {"id": name, "rawId": name, "type": "public-key", "response": response}
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": credential}
    )


@pytest.mark.parametrize("has_key", (True, False))
def test_key_is_offered_to_those_alone_who_have_one(client, owner, has_key):
    add_totp(owner)
    if has_key:
        add_key(owner)
    log_in(client, owner)

    page = client.get(reverse("mfa_authenticate")).content.decode()

    assert ("Use a key of this device" in page) is has_key


@pytest.mark.parametrize("has_app", (True, False))
def test_step_asks_for_what_the_person_has(client, owner, has_app):
    add_key(owner)
    if has_app:
        add_totp(owner)
    log_in(client, owner)

    page = client.get(reverse("mfa_authenticate")).content.decode()

    assert ("6 digits" in page, "000000" in page) == (has_app, has_app)
    assert ("Use your key, or type one of your recovery codes." in page) is not has_app


def answer_of(credential_id, user):
    name = websafe_encode(credential_id)
    signed = AuthenticatorData.create(sha256(b"testserver").digest(), AuthenticatorData.FLAG.UV, 1)
    said = CollectedClientData.create("webauthn.get", b"challenge-of-a-key", "http://testserver")
    response = {
        "clientDataJSON": websafe_encode(said),
        "authenticatorData": websafe_encode(signed),
        "signature": websafe_encode(b"signature"),
        "userHandle": websafe_encode(user_pk_to_url_str(user).encode()),
    }
    return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def test_removed_key_is_called_a_key_at_sign_in(client, owner):
    client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})

    credential = answer_of(b"key-1", owner)
    page = client.post(reverse("mfa_login_webauthn"), {"credential": credential}, follow=True).content.decode()

    assert "This key is not accepted: it may have been removed" in page
    assert "Incorrect code" not in page


def test_removed_key_is_called_a_key_in_the_second_step(client, owner):
    add_key(owner)
    log_in(client, owner)
    client.get(reverse("mfa_authenticate"))

    answer = client.post(reverse("mfa_authenticate"), {"credential": answer_of(b"key-2", owner)})

    assert "This key is not accepted: it may have been removed" in answer.content.decode()


def test_new_key_is_meant_to_open_the_door_alone(client, owner):
    log_in(client, owner)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    page = client.get(reverse("mfa_add_webauthn")).content.decode()

    box = re.search(r"<input[^>]*passwordless[^>]*>", page)[0]
    assert "checked" in box
    assert "Sign in with this key alone" in page


def test_key_that_was_not_added_is_called_a_key(client, owner):
    log_in(client, owner)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    answer = client.post(reverse("mfa_add_webauthn"), {"credential": answer_of(b"key-1", owner)})

    assert "The key was not added" in answer.content.decode()
