"""“Sign in with Upwork”, as a browser goes: our button, the sandbox's consent page, and the one callback address."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Profile, Settings, User
from apps.core.audit import Action
from apps.core.tenancy import owner_scope
from tests.accounts.factories import PASSWORD, UserFactory, confirm
from tests.trail import trail
from tests.upwork.conftest import point_at

pytestmark = pytest.mark.django_db
BUTTON, CALLBACK = reverse("upwork_login"), reverse("upwork:callback")
LINK, UNLINK, PAGE = reverse("accounts:upwork-link"), reverse("accounts:upwork-unlink"), reverse("accounts:security")
DEMO = "akovalenko@sandbox.example"


def consent(sandbox, location, **extra):
    """Answer the consent page that `location` leads to; the path back to us."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    form = {**asked, "freelancer": "akovalenko", "decision": "allow", **extra}
    answer = sandbox.post("/ab/account-security/oauth2/authorize", data=form)
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"


def come_back(browser, sandbox, there, **extra):
    return browser.get(consent(sandbox, there["Location"], **extra), follow=True)


@pytest.fixture
def owner(db):
    return UserFactory(email="owner@example.com", last_login=timezone.now())


@pytest.fixture
def stranger(db):
    return UserFactory(email="stranger@example.com")


@pytest.fixture
def uid_of_demo(sandbox):
    return str(sandbox.market.freelancer("akovalenko").id)


@pytest.fixture
def linked(uid_of_demo, owner):
    """The owner, with the sandbox's demo freelancer linked."""
    SocialAccount.objects.create(user=owner, provider="upwork", uid=uid_of_demo, extra_data={"name": "Andrii K."})
    return owner


def sign_in(user):
    browser = Client()
    browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    confirm(browser, user)
    return browser


def test_upwork_is_asked_without_scope_and_with_the_one_callback(client, sandbox):
    there = client.post(BUTTON)

    target = urlsplit(there["Location"])
    asked = parse_qs(target.query, keep_blank_values=True)
    assert target.path == "/ab/account-security/oauth2/authorize"
    assert asked.keys() == {"response_type", "client_id", "redirect_uri", "state"}
    assert asked["redirect_uri"] == [f"http://testserver{CALLBACK}"]


def test_scope_of_the_address_does_not_reach_upwork(client, sandbox):
    there = client.post(f"{BUTTON}?scope=everything&auth_params=prompt%3Dnone")

    assert "scope" not in there["Location"]
    assert "prompt" not in there["Location"]


def test_key_with_one_callback_address_serves_both(client, sandbox, settings):
    sandbox.control(
        "keys", client_id="one", client_secret="secret", redirect_uris=[f"http://testserver{CALLBACK}"], profile="full"
    )
    settings.UPWORK_CLIENT_ID, settings.UPWORK_CLIENT_SECRET = "one", "secret"

    page = come_back(client, sandbox, client.post(BUTTON))

    assert "<h1>Look into your mail</h1>" in page.content.decode()


def test_newcomer_signs_up_and_confirms_the_address_by_our_own_mail(client, sandbox):
    page = come_back(client, sandbox, client.post(BUTTON))

    user = User.objects.get(email=DEMO)
    with owner_scope(user.pk):
        assert Profile.objects.count() == Settings.objects.count() == 1
    assert "<h1>Look into your mail</h1>" in page.content.decode()
    assert "_auth_user_id" not in client.session
    assert list(EmailAddress.objects.values_list("email", "verified")) == [(DEMO, False)]
    assert not user.has_usable_password()


def test_linked_person_is_signed_in(client, sandbox, linked):
    page = come_back(client, sandbox, client.post(BUTTON))

    assert page.redirect_chain[-1][0] == reverse("jobs:feed")
    assert client.session["_auth_user_id"] == str(linked.pk)


def test_sign_in_leads_to_the_page_that_was_wanted(client, sandbox, linked):
    page = come_back(client, sandbox, client.post(f"{BUTTON}?next={PAGE}"))

    assert page.redirect_chain[-1][0] == PAGE


def test_second_factor_is_asked_for_all_the_same(client, sandbox, linked):
    Authenticator.objects.create(user=linked, type="totp", data={"secret": "x"})

    page = come_back(client, sandbox, client.post(BUTTON))

    assert "<h1>One more step</h1>" in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_address_of_somebody_here_opens_nothing_and_tells_its_owner_alone(client, sandbox):
    victim = UserFactory(email=DEMO)

    page = come_back(client, sandbox, client.post(BUTTON))

    assert "<h1>Look into your mail</h1>" in page.content.decode()
    assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.exists()
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [([victim.email], "You already have an account")]


def test_no_token_is_kept_anywhere(client, sandbox, linked):
    come_back(client, sandbox, client.post(BUTTON))

    assert not SocialToken.objects.exists()
    assert "oauth2v2_" not in f"{dict(client.session)} {SocialAccount.objects.values()}"


def test_missing_address_is_asked_for(client, scripted):
    there = client.post(BUTTON)
    state = parse_qs(urlsplit(there["Location"]).query)["state"][0]
    scripted.will_say(
        {"access_token": "oauth2v2_secret"}, {"data": {"user": {"id": "77", "name": "Ada", "email": None}}}
    )

    page = client.get(f"{CALLBACK}?code=c&state={state}", follow=True)
    client.post(reverse("socialaccount_signup"), {"email": "ada@example.com"})

    assert "<h1>One thing is missing</h1>" in page.content.decode()
    assert "oauth2v2_secret" not in str(dict(client.session))
    assert SocialAccount.objects.get(uid="77").user.email == "ada@example.com"


@pytest.mark.parametrize(
    "answers",
    [
        [{"error": "invalid_grant"}],
        [{"access_token": "t"}, {"data": {"user": None}, "errors": [{"message": "no"}]}],
        [{"access_token": "t"}, {"data": None}],
        [{"access_token": "t"}, ["nonsense"]],
        ["<html>"],
    ],
)
def test_answer_of_upwork_that_makes_no_sense_is_told(client, scripted, answers):
    state = parse_qs(urlsplit(client.post(BUTTON)["Location"]).query)["state"][0]
    scripted.will_say(*answers)

    page = client.get(f"{CALLBACK}?code=c&state={state}", follow=True)

    assert page.status_code == 401
    assert "<h1>Upwork did not let you in</h1>" in page.content.decode()


def test_upwork_that_is_down_is_told(client, settings):
    point_at(settings, "http://127.0.0.1:9")
    state = parse_qs(urlsplit(client.post(BUTTON)["Location"]).query)["state"][0]

    page = client.get(f"{CALLBACK}?code=c&state={state}", follow=True)

    assert page.status_code == 401


def test_answer_that_this_browser_did_not_ask_for_is_refused(client, sandbox, linked):
    stolen = consent(sandbox, Client().post(BUTTON)["Location"])

    page = client.get(stolen, follow=True)

    assert page.status_code == 401
    assert "_auth_user_id" not in client.session


def test_permission_not_given_is_no_error(client, sandbox):
    page = come_back(client, sandbox, client.post(BUTTON), decision="deny")

    assert page.status_code == 200
    assert "<h1>Not signed in</h1>" in page.content.decode()


def test_link_alone_starts_nothing(client, sandbox):
    page = client.get(BUTTON)

    assert page.status_code == 200
    assert "Continue with Upwork" in page.content.decode()


@pytest.mark.parametrize("name", ["account_login", "account_signup"])
def test_button_is_there_only_where_the_installation_has_a_key(client, settings, name):
    shown = client.get(reverse(name)).content.decode()
    settings.UPWORK_CLIENT_ID = ""

    hidden = client.get(reverse(name)).content.decode()

    assert ("Sign in with Upwork" in shown, "Sign in with Upwork" in hidden) == (True, False)
    assert client.post(BUTTON).status_code == 404


def test_person_links_upwork_and_is_told_by_mail(owner, sandbox, uid_of_demo):
    browser = sign_in(owner)

    page = come_back(browser, sandbox, browser.post(LINK)).content.decode()

    assert "Linked to Andrii" in page
    assert SocialAccount.objects.get(uid=uid_of_demo).user == owner
    assert mail.outbox[-1].subject == "Sign-in with Upwork was linked"
    assert [entry[0] for entry in trail(owner)][-1] == Action.ACCOUNT_LINKED


def test_linking_asks_first_who_it_is_and_then_goes_to_upwork(owner, sandbox):
    browser = Client()
    browser.force_login(owner)

    asked = browser.post(LINK)
    there = browser.post(asked.url, {"password": PASSWORD})
    page = come_back(browser, sandbox, there).content.decode()

    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert "Linked to Andrii" in page


def test_account_of_another_person_cannot_be_linked(linked, stranger, sandbox):
    browser = sign_in(stranger)

    page = come_back(browser, sandbox, browser.post(LINK)).content.decode()

    assert "belongs to another account here" in page
    assert SocialAccount.objects.get().user == linked


def test_unlinking_leaves_the_password(linked):
    browser = sign_in(linked)

    page = browser.post(UNLINK, follow=True).content.decode()

    assert "Not linked." in page
    assert mail.outbox[-1].subject == "Sign-in with Upwork was unlinked"
    assert [entry[0] for entry in trail(linked)][-1] == Action.ACCOUNT_UNLINKED


def test_last_way_in_cannot_be_unlinked(linked):
    browser = sign_in(linked)
    linked.set_unusable_password()
    linked.save(update_fields=["password"])
    browser.force_login(linked)
    confirm(browser, linked)

    page = browser.post(UNLINK, follow=True).content.decode()

    assert "Upwork is your only way in." in page
    assert SocialAccount.objects.filter(user=linked).exists()


def test_stranger_cannot_unlink(linked, stranger):
    answer = sign_in(stranger).post(UNLINK)

    assert answer.status_code == 404
    assert SocialAccount.objects.filter(user=linked).exists()


@pytest.fixture
def only_upwork(linked, sandbox):
    """A browser of a person who has no other way in."""
    linked.set_unusable_password()
    linked.save(update_fields=["password"])
    browser = Client()
    come_back(browser, sandbox, browser.post(BUTTON))
    return browser


def test_without_a_password_upwork_confirms_who_it_is(only_upwork, sandbox, linked):
    other = Client()
    other.force_login(linked)
    other.get(PAGE)

    asked = only_upwork.post(reverse("accounts:session-end-others"))
    there = only_upwork.post(asked.url)
    page = come_back(only_upwork, sandbox, there)

    assert asked.url.startswith(reverse("accounts:confirm"))
    assert "1 session has ended." in page.content.decode()
    assert other.get(PAGE).status_code == 302


def test_another_upwork_account_confirms_nothing(only_upwork, sandbox):
    asked = only_upwork.post(reverse("accounts:session-end-others"))
    there = only_upwork.post(asked.url)

    page = come_back(only_upwork, sandbox, there, freelancer="new", name="Somebody Else")

    assert "That is another Upwork account" in page.content.decode()
    assert page.redirect_chain[-1][0].startswith(reverse("accounts:confirm"))


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_add_webauthn"])
def test_without_a_password_a_factor_is_not_added_unasked(only_upwork, name):
    assert only_upwork.get(reverse(name)).url.startswith(reverse("accounts:confirm"))


def test_connection_still_comes_back_through_the_same_address(owner, client):
    client.force_login(owner)

    page = client.get(f"{CALLBACK}?code=c&state=unknown", follow=True)

    assert page.redirect_chain[-1][0] == reverse("upwork:connection")
