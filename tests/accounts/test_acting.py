"""Staff act for a freelancer: by a right, with a reason, in sight, for half an hour, and never as the person themselves."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from apps.accounts.acting import rules, session
from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.core.audit import Action
from tests.accounts.factories import PASSWORD, ProfileFactory, UserFactory, add_totp, totp_code
from tests.architecture.test_isolation import OWN, ROUTES
from tests.architecture.world import build_world
from tests.trail import entries, trail

pytestmark = pytest.mark.django_db
END, FEED, PROFILE = reverse("accounts:acting-end"), reverse("jobs:feed"), reverse("accounts:profile")
REASON = "Ticket 12: the feed stays empty"


def way_in(person):
    return reverse("admin:act-for", args=[person.public_id])


def begin(client, person, reason=REASON):
    return client.post(way_in(person), {"reason": reason})


def sign_in(client, user):
    add_totp(user)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": totp_code()})
    return client


@pytest.fixture
def agent(db):
    return UserFactory(email="agent@bidwright.example", role=Role.SUPPORT)


@pytest.fixture
def at_work(client, agent):
    return sign_in(client, agent)


@pytest.fixture
def acting(at_work, owner):
    begin(at_work, owner)
    return at_work


def test_agent_sees_the_persons_pages_and_a_banner_with_the_way_out(at_work, owner):
    ProfileFactory(owner=owner, title="Django developer of Lviv")

    answer = begin(at_work, owner)

    page = at_work.get(PROFILE).content.decode()
    assert answer.url == FEED
    assert "Django developer of Lviv" in page
    assert f"<b>{owner.email}</b>" in page
    assert f'action="{END}"' in page


def test_banner_stands_on_the_pages_of_staff_too_where_staff_stay_themselves(acting, agent, owner):
    page = acting.get(reverse("admin:index")).content.decode()

    assert f"You act for {owner.email}." in page
    assert agent.email in page


def test_nobody_else_sees_a_banner(client, owner):
    client.force_login(owner)

    assert 'class="acting"' not in client.get(PROFILE).content.decode()


def test_beginning_and_end_stand_in_the_persons_trail(acting, owner, agent):
    acting.post(END)

    begun, ended = (entry for entry in entries(owner) if entry.action.startswith("impersonation"))
    assert (begun.action, begun.actor_id, begun.detail.after["reason"]) == (
        Action.IMPERSONATION_STARTED,
        agent.pk,
        REASON,
    )
    assert (ended.action, ended.actor_id, ended.detail.after) == (
        Action.IMPERSONATION_ENDED,
        agent.pk,
        {"method": "left"},
    )


def test_person_reads_the_reason_in_their_activity(acting, owner, client):
    acting.post(END)
    client.logout()
    client.force_login(owner)

    page = client.get(reverse("accounts:activity")).content.decode()

    assert f"Reason: {REASON}" in page
    assert "Our staff" in page


def test_way_out_leads_back_to_the_staff(acting, agent, owner):
    answer = acting.post(END)

    assert answer.url == reverse("admin:accounts_user_change", args=[owner.pk])
    assert agent.email in acting.get(answer.url).content.decode()
    assert acting.post(END).url == reverse("pages:landing")


def test_what_the_agent_changes_is_written_down_under_their_own_name(acting, owner, agent):
    acting.post(
        reverse("jobs:weights"),
        {"skills": 50, "rate": 10, "client": 20, "competition": 10, "freshness": 10, "save": ""},
    )

    (changed,) = (entry for entry in entries(owner) if entry.action == Action.WEIGHTS_CHANGED)
    assert changed.actor_id == agent.pk


@pytest.mark.parametrize("reason", ["", "   "])
def test_reason_must_be_given(at_work, owner, reason):
    answer = begin(at_work, owner, reason)

    assert answer.status_code == 422
    assert trail(owner) == []


def test_reason_that_comes_past_the_form_is_asked_for_too(at_work, owner, agent, rf):
    request = rf.get("/")
    request.session, request.user = {}, agent

    with pytest.raises(session.DomainError, match="Say why"):
        session.begin(request=request, staff=agent, person=owner, reason=" ")


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.ANALYST, Role.ADMINISTRATOR])
def test_nobody_acts_for_staff(at_work, role):
    colleague = UserFactory(role=role)

    answer = begin(at_work, colleague)

    assert answer.status_code == 422
    assert "Nobody may act for this person." in answer.content.decode()
    assert session.KEY not in at_work.session


def test_nobody_acts_for_somebody_who_is_switched_off(at_work, owner):
    User.objects.filter(pk=owner.pk).update(is_active=False)

    assert begin(at_work, owner).status_code == 422


@pytest.mark.parametrize(("role", "status"), [(Role.ANALYST, 403), (Role.SUPPORT, 200), (Role.ADMINISTRATOR, 200)])
def test_right_is_needed(client, owner, role, status):
    sign_in(client, UserFactory(role=role))

    assert client.get(way_in(owner)).status_code == status


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_freelancer_finds_no_such_page(client, request, owner, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(way_in(owner), follow=True).status_code == 404
    assert client.post(END).url == reverse("pages:landing")


def test_half_an_hour_is_the_most(acting, owner, agent):
    with time_machine.travel(timezone.now() + timedelta(minutes=29), tick=False):
        assert owner.email in acting.get(PROFILE).content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=30, seconds=1), tick=False):
        page = acting.get(PROFILE).content.decode()

    assert 'class="acting"' not in page
    assert trail(owner)[-1] == (Action.IMPERSONATION_ENDED, None, {"method": "time"})


def test_lost_right_ends_it_at_once(acting, owner, agent):
    User.objects.filter(pk=agent.pk).update(role=Role.ANALYST)

    page = acting.get(PROFILE).content.decode()

    assert 'class="acting"' not in page
    assert trail(owner)[-1] == (Action.IMPERSONATION_ENDED, None, {"method": "right"})


def test_person_who_becomes_staff_is_left_at_once(acting, owner):
    User.objects.filter(pk=owner.pk).update(role=Role.ADMINISTRATOR)

    assert 'class="acting"' not in acting.get(PROFILE).content.decode()


def test_signing_out_signs_the_agent_out_and_ends_it(acting, owner, agent):
    acting.post(reverse("account_logout"))

    assert trail(owner)[-1][0] == Action.IMPERSONATION_ENDED
    assert trail(agent)[-1][0] == Action.SIGNED_OUT
    assert Action.SIGNED_OUT not in [action for action, _before, _after in trail(owner)]
    assert acting.get(PROFILE).status_code == 302


def test_acting_for_the_next_person_ends_the_first(acting, owner, stranger):
    begin(acting, stranger)

    assert trail(owner)[-1] == (Action.IMPERSONATION_ENDED, None, {"method": "changed"})
    assert f"<b>{stranger.email}</b>" in acting.get(PROFILE).content.decode()


@pytest.mark.parametrize(
    "page",
    [
        "account_change_password",
        "account_email",
        "mfa_view_recovery_codes",
        "mfa_activate_totp",
        "account_reauthenticate",
    ],
)
def test_sign_in_and_second_factor_are_the_persons_alone(acting, page):
    answer = acting.get(reverse(page))

    assert answer.status_code == 403
    assert "This is theirs alone to do" in answer.content.decode()


@pytest.mark.parametrize("format", ["csv", "json"])
def test_exports_are_the_persons_alone(acting, format):
    assert acting.get(reverse("accounts:activity-export"), {"format": format}).status_code == 403


def test_htmx_is_answered_with_the_page_anew_and_a_sentence(acting, owner):
    refused = acting.post(reverse("accounts:theme"), {"theme": "dark"}, headers={"HX-Request": "true"})

    assert (refused.status_code, refused["HX-Refresh"]) == (204, "true")
    assert "This is theirs alone to do." in acting.get(PROFILE).content.decode()


@pytest.fixture
def world():
    return build_world()


@pytest.mark.parametrize("name", sorted(OWN.keys() - rules.MAY_CHANGE - {"accounts:acting-end", "pages:gallery"}))
def test_every_other_write_is_refused_and_changes_nothing(at_work, world, name):
    """Approving, sending, keys, exports, erasure and whatever is built next: it must be named to be allowed."""
    begin(at_work, world.owner)
    before = len(entries(world.owner))

    answer = at_work.post(reverse(name, kwargs=world.arguments_for(OWN[name])))

    assert answer.status_code in {403, 405}
    assert len(entries(world.owner)) == before


@pytest.mark.parametrize("name", sorted(OWN.keys() - rules.MAY_LOOK - {"accounts:acting-end", "pages:gallery"}))
def test_every_other_page_is_refused(at_work, world, name):
    begin(at_work, world.owner)

    assert at_work.get(reverse(name, kwargs=world.arguments_for(OWN[name]))).status_code in {403, 405}


@pytest.mark.parametrize("name", sorted(rules.MAY_LOOK & OWN.keys()))
def test_named_pages_open(at_work, world, name):
    begin(at_work, world.owner)

    assert at_work.get(reverse(name, kwargs=world.arguments_for(OWN[name]))).status_code not in {403, 500}


def test_rules_name_only_pages_that_exist():
    assert (rules.MAY_LOOK | rules.MAY_CHANGE) - ROUTES.keys() == set()


def test_rows_of_others_stay_out_of_sight(acting, stranger):
    ProfileFactory(owner=stranger, title="Somebody else entirely")

    assert "Somebody else entirely" not in acting.get(PROFILE).content.decode()
