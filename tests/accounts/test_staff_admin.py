"""The admin at work: people are found and switched off, ledgers are read, and nobody sees more than their role needs."""

import pytest
from django.urls import reverse
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from apps.accounts import services
from apps.accounts.models import AuditEntry, User
from apps.accounts.roles import Role
from apps.core.audit import Action, record
from apps.core.errors import DomainError
from apps.core.tenancy import Reason, everyone_scope
from apps.jobs.models import Match
from tests.accounts.factories import PASSWORD, ProfileFactory, UserFactory, add_totp, totp_code
from tests.architecture.world import MARK, build_world
from tests.trail import trail

pytestmark = pytest.mark.django_db
PEOPLE, AUDIT = reverse("admin:accounts_user_changelist"), reverse("admin:accounts_auditentry_changelist")
LISTS = ("jobs_job", "jobs_match", "proposals_proposal", "ai_generation", "ai_ledgerentry")


@pytest.fixture
def at_work(client):
    """Gives a client at work in the role asked for."""

    def sign_in(role):
        colleague = UserFactory(email=f"{role}@bidwright.example", role=role)
        add_totp(colleague)
        client.post(reverse("account_login"), {"login": colleague.email, "password": PASSWORD})
        client.post(reverse("mfa_authenticate"), {"code": totp_code()})
        return client

    return sign_in


@pytest.fixture
def boss(at_work):
    return at_work(Role.ADMINISTRATOR)


def page_of(person):
    return reverse("admin:accounts_user_change", args=[person.pk])


def test_person_is_found_by_address_with_what_matters(boss, owner):
    add_totp(owner)

    page = boss.get(PEOPLE, {"q": "owner@"}).content.decode()

    assert owner.email in page
    assert "Freelancer" in page
    assert 'alt="True"' in page


@pytest.mark.parametrize("question", [{"role__exact": "support"}, {"is_active__exact": "0"}, {"q": "nobody"}])
def test_filters_leave_others_out(boss, owner, question):
    assert owner.email not in boss.get(PEOPLE, question).content.decode()


@pytest.mark.parametrize("rows", (1, 3))
def test_list_of_people_asks_as_often_for_many_as_for_one(boss, rows, django_assert_num_queries):
    for _number in range(rows):
        UserFactory()
    boss.get(PEOPLE)

    with django_assert_num_queries(5):
        boss.get(PEOPLE)


def test_role_is_given_and_stands_in_the_persons_trail(boss, owner):
    boss.post(page_of(owner), {"role": "support", "is_active": "on", "_save": ""})

    owner.refresh_from_db()
    assert owner.role == Role.SUPPORT
    assert trail(owner)[-1] == (Action.STAFF_CHANGED, {"role": "freelancer"}, {"role": "support"})


def test_people_are_switched_off_together_and_on_again(boss, owner, stranger):
    chosen = {"action": "switch_off", "_selected_action": [owner.pk, stranger.pk]}

    boss.post(PEOPLE, chosen)
    are_off = list(User.objects.filter(role=Role.FREELANCER).values_list("is_active", flat=True))
    boss.post(PEOPLE, {**chosen, "action": "switch_on"})

    assert are_off == [False, False]
    assert [after for _action, _before, after in trail(owner)] == [{"is_active": False}, {"is_active": True}]


def test_administrators_do_not_switch_themselves_off(boss):
    me = User.objects.get(email="administrator@bidwright.example")

    page = boss.post(PEOPLE, {"action": "switch_off", "_selected_action": [me.pk]}, follow=True).content.decode()

    assert "Your own role and state are changed by another administrator." in page
    me.refresh_from_db()
    assert me.is_active


def test_nobody_changes_themselves_past_the_admin_either(staff):
    with pytest.raises(DomainError):
        services.change_person(actor=staff, person=staff, role=Role.FREELANCER, is_active=True)


def test_own_role_is_not_offered_for_change(boss):
    me = User.objects.get(email="administrator@bidwright.example")

    form = boss.get(page_of(me)).content.decode()
    answer = boss.post(page_of(me), {"role": "freelancer", "_save": ""})

    me.refresh_from_db()
    assert 'name="role"' not in form
    assert (answer.status_code, me.role, me.is_active) == (302, Role.ADMINISTRATOR, True)


def test_person_made_by_staff_begins_with_a_line(boss):
    boss.post(
        reverse("admin:accounts_user_add"),
        {
            "email": "made@example.com",
            "role": "analyst",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )

    made = User.objects.get(email="made@example.com")
    assert made.role == Role.ANALYST
    assert trail(made) == [(Action.STAFF_CHANGED, None, {"email": "made@example.com", "role": "analyst"})]


def test_support_reads_people_and_changes_none(at_work, owner):
    agent = at_work(Role.SUPPORT)

    opened = agent.get(page_of(owner)).content.decode()
    agent.post(page_of(owner), {"role": "administrator", "is_active": "on", "_save": ""})
    agent.post(PEOPLE, {"action": "switch_off", "_selected_action": [owner.pk]})

    owner.refresh_from_db()
    assert reverse("admin:act-for", args=[owner.public_id]) in opened
    assert 'name="_save"' not in opened
    assert (owner.role, owner.is_active) == (Role.FREELANCER, True)


def test_account_is_not_deleted_by_staff(boss, owner):
    assert boss.post(reverse("admin:accounts_user_delete", args=[owner.pk]), {"post": "yes"}).status_code == 403


def test_trail_is_found_by_the_address_of_whom_it_is_about(boss, owner, stranger):
    record(action=Action.KEY_ADDED, owner_id=owner.pk)
    record(action=Action.KEY_REMOVED, owner_id=stranger.pk)

    page = boss.get(AUDIT, {"q": owner.email}).content.decode()

    assert "Key added" in page
    assert "Key removed" not in page


def test_trail_is_found_by_kind_and_by_the_id_of_a_request(boss, owner):
    headers = {"x-request-id": "0123456789abcdef"}
    boss.post(PEOPLE, {"action": "switch_off", "_selected_action": [owner.pk]}, headers=headers)

    found = [
        "Changed by staff" in boss.get(AUDIT, question).content.decode().partition('id="result_list"')[2]
        for question in ({"kind": "staff"}, {"kind": "proposals"}, {"q": "0123456789abcdef"}, {"q": "fedcba9876543210"})
    ]

    assert found == [True, False, True, False]


@pytest.mark.parametrize("rows", (1, 3))
def test_trail_asks_as_often_for_many_as_for_one(boss, owner, rows, django_assert_num_queries):
    for _number in range(rows):
        record(action=Action.KEY_ADDED, owner_id=owner.pk, after={"label": "Mine"})
    boss.get(AUDIT)

    with django_assert_num_queries(6):
        boss.get(AUDIT)


@pytest.mark.parametrize(("role", "is_shown"), [(Role.SUPPORT, False), (Role.ADMINISTRATOR, True)])
def test_values_and_places_are_for_those_who_may_know(at_work, owner, role, is_shown):
    colleague = at_work(role)
    owner_entry = {"label": "A value of the owner’s"}
    colleague.get(PEOPLE)
    record(action=Action.KEY_ADDED, owner_id=owner.pk, after=owner_entry)
    with everyone_scope(Reason.ADMIN):
        entry = AuditEntry.objects.get(owner_id=owner.pk, action=Action.KEY_ADDED)

    page = colleague.get(reverse("admin:accounts_auditentry_change", args=[entry.pk])).content.decode()

    assert "Key added" in page
    assert ("A value of the owner’s" in page) is is_shown


@pytest.mark.parametrize("verb", ["add", "delete", "change"])
def test_trail_is_changed_by_nobody(boss, owner, verb):
    record(action=Action.KEY_ADDED, owner_id=owner.pk)
    with everyone_scope(Reason.ADMIN):
        entry = AuditEntry.objects.get(owner_id=owner.pk)
    arguments = [] if verb == "add" else [entry.pk]

    assert boss.post(reverse(f"admin:accounts_auditentry_{verb}", args=arguments), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("role", [Role.ANALYST, Role.SUPPORT])
@pytest.mark.parametrize("name", LISTS)
def test_no_text_of_a_person_stands_in_what_is_counted(at_work, role, name):
    world = build_world()
    colleague = at_work(role)

    answer = colleague.get(reverse(f"admin:{name}_changelist"))

    if answer.status_code == 200:
        shown = answer.content.decode().replace(world.owner.email, "" if role == Role.SUPPORT else world.owner.email)
        assert MARK.casefold() not in shown.casefold()


def test_analyst_counts_people_by_a_code(at_work):
    world = build_world()
    analyst = at_work(Role.ANALYST)
    url = reverse("admin:proposals_proposal_changelist")

    listed = analyst.get(url).content.decode()
    by_address = analyst.get(url, {"q": world.owner.email}).content.decode()

    assert world.owner.code in listed
    assert world.owner.email not in listed
    assert world.owner.code not in by_address
    assert analyst.get(url, {"owner__email__startswith": "z"}).status_code in {302, 400}


def test_analyst_opens_a_row_and_finds_no_person(at_work):
    world = build_world()
    analyst = at_work(Role.ANALYST)
    with everyone_scope(Reason.ADMIN):
        match = Match.objects.get(owner=world.owner)

    page = analyst.get(reverse("admin:jobs_match_change", args=[match.pk])).content.decode()

    assert world.owner.code in page
    assert MARK.casefold() not in page.casefold()


def test_periodic_work_is_switched_off_and_its_times_stay(boss):
    every_minute = IntervalSchedule.objects.create(every=1, period=IntervalSchedule.MINUTES)
    task = PeriodicTask.objects.create(name="sync", task="jobs.tasks.sync", interval=every_minute)
    url = reverse("admin:django_celery_beat_periodictask_change", args=[task.pk])

    boss.post(url, {"name": "renamed", "task": "os.system", "_save": ""})

    task.refresh_from_db()
    assert (task.enabled, task.name, task.task) == (False, "sync", "jobs.tasks.sync")
    with everyone_scope(Reason.ADMIN):
        entry = AuditEntry.objects.select_related("detail").get(action=Action.STAFF_CHANGED)
    assert (entry.owner_id, entry.detail.before, entry.detail.after) == (None, {"enabled": True}, {"enabled": False})


def test_second_factor_is_shown_without_its_secret(boss, owner):
    add_totp(owner)
    with everyone_scope(Reason.ADMIN):
        factor = owner.authenticator_set.get(type="totp")

    page = boss.get(reverse("admin:mfa_authenticator_change", args=[factor.pk])).content.decode()

    assert "JBSWY3DP" not in page
    assert "v1.test." not in page


def test_admin_is_drawn_by_our_own_style_sheet_and_keeps_the_policy(boss):
    answer = boss.get(reverse("admin:index"))

    page = answer.content.decode()
    assert "css/admin.css" in page
    assert "style=" not in page
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_profile_says_what_is_filled_in_and_not_what_it_says(boss, owner):
    ProfileFactory(owner=owner, overview="My own secret words")

    assert "My own secret words" not in boss.get(reverse("admin:accounts_profile_changelist")).content.decode()


@pytest.mark.parametrize(
    "changes", [{"role": "analyst", "is_active": True}, {"role": "freelancer", "is_active": False}]
)
def test_changed_rights_end_every_session_of_the_person(
    client, owner, staff, changes, django_capture_on_commit_callbacks
):
    client.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
    assert client.get(reverse("accounts:profile")).status_code == 200

    with django_capture_on_commit_callbacks(execute=True):
        services.change_person(actor=staff, person=owner, **changes)

    assert client.get(reverse("accounts:profile")).status_code == 302
