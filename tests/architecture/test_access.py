"""Who may do what on every address: staff, people who are locked out, forms from elsewhere, and mere reading."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from tests.accounts.factories import PASSWORD, StaffFactory, add_totp, confirm, totp_code
from tests.architecture.test_isolation import METHODS, OF_A_PERSON, OF_ONE_OBJECT, OWN, PUBLIC, ROUTES, _rows_of
from tests.architecture.world import MARK, build_world

pytestmark = pytest.mark.django_db
MARKS_BY_READING = {  # what opening a page may change: that it was opened
    "jobs:detail": ("jobs.Match", {"opened_at"}),
    "notifications:open": ("notifications.Delivery", {"read_at"}),
}


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def verified_staff(client, db):
    """Staff with every right, in a session that has passed the second factor."""
    staff = StaffFactory(email="boss@example.com")
    add_totp(staff)
    client.post(reverse("account_login"), {"login": staff.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": totp_code()})
    return client


@pytest.fixture
def confirmed_staff(client, db):
    """Staff who have just shown once more who they are: what asks for that must refuse them all the same."""
    staff = StaffFactory(email="boss@example.com")
    client.force_login(staff)
    confirm(client, staff)
    return client


def address(world, name):
    return reverse(name, kwargs=world.arguments_for(OWN[name]))


def differences(before, after):
    """For each table the fields that changed; rows that came or went count as all of their fields."""
    changed = {}
    for table in before:
        if len(before[table]) != len(after[table]):
            changed[table] = {"rows"}
            continue
        fields = {
            name for old, new in zip(before[table], after[table], strict=True) for name in old if old[name] != new[name]
        }
        if fields:
            changed[table] = fields
    return changed


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", OF_ONE_OBJECT)
def test_staff_have_no_access_to_what_a_person_owns(confirmed_staff, world, name, method):
    before = _rows_of(world.owner)

    response = getattr(confirmed_staff, method)(address(world, name))

    assert response.status_code in {404, 405}
    assert MARK not in response.content.decode()
    assert _rows_of(world.owner) == before


@pytest.mark.parametrize("name", OF_A_PERSON)
def test_pages_of_staff_give_no_access_to_words_of_a_person(verified_staff, world, name):
    response = verified_staff.get(reverse(name), {"q": "wanted"})

    assert response.status_code in {200, 204, 302, 400, 404, 405}
    assert MARK not in response.content.decode()


@pytest.mark.parametrize("name", sorted(OWN))
def test_person_who_is_switched_off_has_no_access_with_an_old_session(client, world, name):
    client.force_login(world.owner)
    User.objects.filter(pk=world.owner.pk).update(is_active=False)

    response = client.get(address(world, name))

    assert response.status_code in {302, 405}
    assert response.status_code == 405 or response["Location"].startswith(("/accounts/login/", "/admin/login/"))


@pytest.mark.parametrize("name", sorted(OWN))
def test_form_from_elsewhere_is_forbidden(world, name):
    """A POST without our token changes nothing, whoever is signed in."""
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(world.owner)
    before = _rows_of(world.owner)

    response = careful.post(address(world, name))

    assert response.status_code in {403, 405}
    assert _rows_of(world.owner) == before


@pytest.mark.parametrize("name", sorted(OWN))
def test_reading_changes_nothing_but_that_it_was_read(client, world, name):
    before = _rows_of(world.owner)
    client.force_login(world.owner)

    client.get(address(world, name))

    table, allowed = MARKS_BY_READING.get(name, ("", set()))
    changed = differences(before, _rows_of(world.owner))
    assert changed.keys() <= {table}
    assert changed.get(table, set()) - {"updated_at"} <= allowed


@pytest.mark.parametrize("name", sorted(OWN))
def test_page_of_a_person_is_kept_by_no_shared_cache(client, world, name):
    client.force_login(world.owner)

    response = client.get(address(world, name))

    vary = {part.strip().lower() for part in response.get("Vary", "").split(",")}
    assert "cookie" in vary or {"private", "no-store"} & {
        part.strip() for part in response.get("Cache-Control", "").split(",")
    }


def test_public_addresses_hold_nothing_of_a_person(client, world):
    for name in PUBLIC.keys() - {"ops:mail-list"}:
        arguments = dict.fromkeys(ROUTES[name].pattern.converters, "unknown")
        answer = client.get(reverse(name, kwargs=arguments), follow=True)

        assert MARK.encode() not in answer.getvalue()
