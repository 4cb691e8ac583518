"""What is written down of sign-ins, passwords, addresses, factors and of every change a person makes."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import AuditEntry
from apps.core.audit import Action
from apps.core.tenancy import Reason, everyone_scope, owner_scope
from tests.accounts.factories import PASSWORD, PortfolioItemFactory, UserFactory, add_totp, totp_code
from tests.trail import trail

pytestmark = pytest.mark.django_db
LOGIN = reverse("account_login")
NEW_PASSWORD = "Another-pass-2026!"


def actions(user):
    return [action for action, _before, _after in trail(user)]


@pytest.fixture
def signed_in(client, owner):
    client.post(LOGIN, {"login": owner.email, "password": PASSWORD})
    return client


def test_sign_in_and_out_are_written_down(signed_in, owner):
    signed_in.post(reverse("account_logout"))

    assert actions(owner) == [Action.SIGNED_IN, Action.SIGNED_OUT]


def test_sign_in_says_by_what_and_from_a_new_device(client, owner):
    add_totp(owner)
    owner.last_login = timezone.now()
    owner.save(update_fields=["last_login"])
    client.post(LOGIN, {"login": owner.email, "password": PASSWORD})

    client.post(reverse("mfa_authenticate"), {"code": totp_code()})

    assert trail(owner) == [(Action.SIGNED_IN, None, {"method": ["password", "totp"], "new_device": True})]


def test_sign_in_from_a_known_browser_says_nothing_of_it(signed_in, owner):
    signed_in.post(reverse("account_logout"))
    signed_in.post(LOGIN, {"login": owner.email, "password": PASSWORD})

    assert trail(owner)[-1] == (Action.SIGNED_IN, None, {"method": ["password"]})


def test_sign_out_of_nobody_is_nothing(client, owner):
    client.post(reverse("account_logout"))

    assert actions(owner) == []


def test_failed_sign_in_belongs_to_the_person_it_was_tried_for(client, owner):
    client.post(LOGIN, {"login": owner.email.upper(), "password": "guess"})

    with owner_scope(owner.pk):
        (entry,) = AuditEntry.objects.select_related("detail")
    assert (entry.action, entry.actor_id, entry.detail.address) == (Action.SIGN_IN_FAILED, None, "127.0.0.1")
    assert "guess" not in str(entry.detail.after)


def test_failed_sign_in_of_nobody_keeps_nothing_that_was_typed(client, owner):
    client.post(LOGIN, {"login": "my-password@example.com", "password": "guess"})

    with everyone_scope(Reason.ADMIN):
        (entry,) = AuditEntry.objects.select_related("detail")
    assert (entry.owner_id, entry.detail.after) == (None, {"method": "password"})


def test_wrong_code_is_a_failed_sign_in(client, owner):
    add_totp(owner)
    client.post(LOGIN, {"login": owner.email, "password": PASSWORD})

    client.post(reverse("mfa_authenticate"), {"code": "000000"})

    assert trail(owner)[-1] == (Action.SIGN_IN_FAILED, None, {"method": "totp"})


def test_changed_password_is_written_down_and_the_password_is_not(signed_in, owner):
    signed_in.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )

    assert Action.PASSWORD_CHANGED in actions(owner)
    assert PASSWORD not in str(trail(owner))
    assert NEW_PASSWORD not in str(trail(owner))


def test_reset_password_is_written_down(client, owner):
    client.post(reverse("account_reset_password"), {"email": owner.email})
    link = re.search(r"http://testserver(\S+/password/reset/key/\S+)", mail.outbox[-1].body).group(1)
    form = client.get(link, follow=True).redirect_chain[-1][0]

    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert Action.PASSWORD_RESET in actions(owner)


def test_added_and_removed_address_are_written_down(signed_in, owner):
    signed_in.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    signed_in.post(reverse("account_email"), {"action_add": "", "email": "second@example.com"})
    signed_in.post(reverse("account_email"), {"action_remove": "", "email": "second@example.com"})

    kept = [line for line in trail(owner) if line[0] in {Action.EMAIL_ADDED, Action.EMAIL_REMOVED}]
    assert [before or after for _action, before, after in kept][-1] == {"email": "second@example.com"}


@pytest.mark.django_db(transaction=True)  # allauth tells of a factor once it is committed
def test_factors_are_written_down_without_their_secrets(signed_in, owner):
    signed_in.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    signed_in.get(reverse("mfa_activate_totp"))
    session = signed_in.session
    session["mfa.totp.secret"] = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    session.save()
    signed_in.post(reverse("mfa_activate_totp"), {"code": totp_code()})
    signed_in.post(reverse("mfa_deactivate_totp"))

    assert {Action.FACTOR_ADDED, Action.RECOVERY_CODES_MADE, Action.FACTOR_REMOVED} <= set(actions(owner))
    assert "JBSWY3DP" not in str(trail(owner))
    assert not Authenticator.objects.filter(user=owner, type="totp").exists()


def test_profile_change_says_what_it_was_before(owner):
    with owner_scope(owner.pk):
        services.update_profile(actor=owner, changes={"title": "Django developer", "hourly_rate": 60})
        services.update_profile(actor=owner, changes={"title": "Django developer", "hourly_rate": 65})

    assert trail(owner)[-1] == (Action.PROFILE_CHANGED, {"hourly_rate": "60.00"}, {"hourly_rate": 65})


def test_saving_a_form_unchanged_leaves_no_line(client, owner):
    client.force_login(owner)
    fields = {"language": "en", "time_zone": "Europe/Kyiv", "theme": "dark"}

    client.post(reverse("accounts:preferences"), fields)
    once = len(trail(owner))
    client.post(reverse("accounts:preferences"), fields)

    assert (once, len(trail(owner))) == (1, 1)


def test_proof_is_written_down_from_its_making_to_its_end(client, owner):
    item = PortfolioItemFactory(owner=owner, title="Shop", year=2024)
    client.force_login(owner)
    page = reverse("accounts:portfolio-edit", args=[item.public_id])

    client.post(page, {"title": "Big shop", "year": "2024", "outcome": item.outcome})
    client.post(reverse("accounts:portfolio-delete", args=[item.public_id]))

    assert trail(owner) == [
        (Action.PORTFOLIO_CHANGED, {"title": "Shop"}, {"title": "Big shop"}),
        (Action.PORTFOLIO_REMOVED, {"title": "Big shop"}, None),
    ]


def test_new_person_begins_their_trail(client, db):
    client.post(reverse("account_signup"), {"email": "new@example.com", "password1": PASSWORD})

    new = UserFactory._meta.model.objects.get(email="new@example.com")
    assert actions(new)[0] == Action.SIGNED_UP
