"""Four roles and one table: every page of the staff is walked with every role, and what has no entry fails."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from apps.accounts.models import User
from apps.accounts.roles import PAGES, RIGHTS, STAFF, TABLES, Right, Role, can, has_app, has_permission, may_open
from apps.core.tenancy import Reason, everyone_scope
from tests.accounts.factories import PASSWORD, UserFactory, add_totp, totp_code

pytestmark = pytest.mark.django_db
OF_DJANGO = {  # pages of the admin that are of no table; each asks Django's own question before it shows something
    "admin:index": "lists what the viewer may see",
    "admin:login": "leads to the product's own log-in",
    "admin:logout": "signs out",
    "admin:autocomplete": "asks for the right to see the table",
    "admin:jsi18n": "words for scripts",
    "admin:app_list": "lists what the viewer may see of one app",
    "admin:view_on_site": "no table has such pages",
}
VERBS = ("view", "add", "change", "delete")


def _names(resolver: URLResolver, namespaces: tuple[str, ...] = ()) -> set[str]:
    found = set()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            found |= _names(entry, (*namespaces, entry.namespace) if entry.namespace else namespaces)
        elif isinstance(entry, URLPattern) and entry.name:
            found.add(":".join((*namespaces, entry.name)))
    return found


def pages_of_staff() -> set[str]:
    """Every name below /admin/, those of the tables left out."""
    of_tables = {
        f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
        for model in admin.site._registry
        for page in ("changelist", "add", "history", "delete", "change")
    }
    names = {name for name in _names(get_resolver()) if name.startswith("admin:")} | {"pages:gallery"}
    return names - of_tables - OF_DJANGO.keys()


@pytest.fixture(params=sorted(STAFF))
def role(request):
    return Role(request.param)


@pytest.fixture
def colleague(role):
    return UserFactory(email=f"{role}@bidwright.example", role=role)


@pytest.fixture
def at_work(client, colleague):
    """A client whose session has passed the second factor of a colleague in that role."""
    add_totp(colleague)
    client.post(reverse("account_login"), {"login": colleague.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": totp_code()})
    return client


def test_every_table_of_the_admin_says_what_it_needs():
    registered = {model._meta.label_lower for model in admin.site._registry}
    inlines = {inline.model._meta.label_lower for table in admin.site._registry.values() for inline in table.inlines}

    assert registered | inlines == TABLES.keys()


def test_every_page_of_the_staff_says_what_it_needs():
    assert pages_of_staff() == PAGES.keys()


@pytest.mark.parametrize("model", sorted(TABLES))
def test_each_role_opens_the_tables_it_has_a_right_to(at_work, role, model):
    app, name = model.split(".")
    if model not in {table._meta.label_lower for table in admin.site._registry}:
        pytest.skip("stands below another table")

    answer = at_work.get(reverse(f"admin:{app}_{name}_changelist"))

    assert answer.status_code == (200 if TABLES[model].see in RIGHTS[role] else 403)


@pytest.mark.parametrize("model", sorted(TABLES))
def test_nobody_adds_or_changes_without_the_right(at_work, role, model):
    app, name = model.split(".")
    if model not in {table._meta.label_lower for table in admin.site._registry}:
        pytest.skip("stands below another table")

    answer = at_work.get(reverse(f"admin:{app}_{name}_add"))

    allowed = model == "accounts.user" and Right.CHANGE_PEOPLE in RIGHTS[role]
    assert answer.status_code == (200 if allowed else 403)


@pytest.mark.parametrize("page", sorted(PAGES))
def test_each_role_opens_the_pages_it_has_a_right_to(at_work, role, page):
    person = UserFactory()
    arguments = {"person_id": person.public_id} if page == "admin:act-for" else {}

    answer = at_work.get(reverse(page, kwargs=arguments))

    needed = PAGES[page]
    assert answer.status_code == (200 if needed is None or needed in RIGHTS[role] else 403)


def test_index_lists_what_the_role_may_see_and_nothing_else(at_work, role):
    page = at_work.get(reverse("admin:index"))

    listed = {
        f"{app['app_label']}.{model['object_name'].lower()}"
        for app in page.context["app_list"]
        for model in app["models"]
    }
    registered = {model._meta.label_lower for model in admin.site._registry}
    assert listed == {model for model in registered if TABLES[model].see in RIGHTS[role]}


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("role_of_person", Role)
def test_right_belongs_to_a_role_by_the_table(role_of_person, right):
    person = User(email="x@example.com", role=role_of_person)

    assert can(person, right) is (right in RIGHTS[role_of_person])


def test_administrator_has_every_right_and_a_freelancer_none():
    assert RIGHTS[Role.ADMINISTRATOR] == frozenset(Right)
    assert RIGHTS[Role.FREELANCER] == frozenset()
    assert RIGHTS.keys() == set(Role)


@pytest.mark.parametrize("right", Right)
def test_nobody_and_the_switched_off_may_do_nothing(right):
    off = User(email="x@example.com", role=Role.ADMINISTRATOR, is_active=False)

    assert not can(AnonymousUser(), right)
    assert not can(off, right)
    assert not may_open(off, "admin:roles")
    assert not may_open(AnonymousUser(), "admin:roles")


@pytest.mark.parametrize("verb", VERBS)
def test_unknown_table_is_refused_to_everybody(verb):
    administrator = User(email="x@example.com", role=Role.ADMINISTRATOR)

    assert not has_permission(administrator, f"somewhere.{verb}_something")
    assert not has_permission(administrator, "nonsense")
    assert not has_app(administrator, "somewhere")


@pytest.mark.parametrize("verb", ("add", "change", "delete"))
def test_ledgers_are_changed_by_nobody(verb):
    administrator = User(email="x@example.com", role=Role.ADMINISTRATOR)

    assert not administrator.has_perm(f"ai.{verb}_ledgerentry")
    assert not administrator.has_perm(f"accounts.{verb}_auditentry")


def test_role_decides_who_is_staff():
    assert [role for role in Role if User(email="x@example.com", role=role).is_staff] == [
        Role.SUPPORT,
        Role.ANALYST,
        Role.ADMINISTRATOR,
    ]


def test_matrix_is_shown_as_it_is_in_force(at_work):
    answer = at_work.get(reverse("admin:roles"))

    page, rights = answer.content.decode(), dict(answer.context["matrix"])
    assert all(f'<th scope="col">{role.label}</th>' in page for role in Role)
    assert rights[Right.ACT_FOR.label] == [False, True, False, True]
    assert dict(answer.context["tables"])["audit trail"] == ["", "see", "", "see"]
    assert len(answer.context["tables"]) == len(admin.site._registry)


def test_person_finds_no_staff_page(client, owner):
    client.force_login(owner)

    for page in ("admin:index", "admin:roles", "admin:accounts_user_changelist"):
        assert client.get(reverse(page), follow=True).status_code == 404


def test_password_is_changed_on_the_products_own_page_alone(at_work):
    assert at_work.get("/admin/password_change/").status_code == 404
    with everyone_scope(Reason.ADMIN):
        person = User.objects.first()
    assert at_work.get(f"/admin/accounts/user/{person.pk}/password/", follow=True).status_code in {200, 403}
    assert (
        'type="password"'
        not in at_work.get(f"/admin/accounts/user/{person.pk}/password/", follow=True).content.decode()
    )


def test_superuser_of_the_command_line_is_an_administrator():
    user = User.objects.create_superuser("boss@example.com", PASSWORD)

    assert (user.role, user.is_staff) == (Role.ADMINISTRATOR, True)
