"""Every address walked as a stranger and as a visitor: nothing of the owner's is shown, and nothing changes."""

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from apps.core.tenancy import OwnedModel, owner_scope
from tests.accounts.factories import UserFactory, confirm
from tests.architecture.world import MARK, World, build_world

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "patch", "delete")
PUBLIC = {
    "pages:landing": "the front door",
    "pages:privacy": "what is held of whom and why, in general",
    "pages:favicon": "a picture",
    "core:health": "for monitors; names no person",
    "core:health-live": "for balancers",
    "core:policy-report": "browsers send it by themselves; see tests/protection",
    "accounts:not-me": "the sealed link of a mail; works without a sign-in, and once",
    "accounts:theme": "a choice kept in a cookie",
    "accounts:language": "a choice kept in a cookie",
    "ops:mail-list": "exists in the demo alone, and shows the mails of its made-up people",
}
# allauth and the admin guard their own; see their tests
THIRD_PARTY = ("account_", "mfa_", "admin:", "socialaccount_", "upwork_")


def _routes(resolver: URLResolver, namespaces: tuple[str, ...] = ()) -> dict[str, URLPattern]:
    found: dict[str, URLPattern] = {}
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            found |= _routes(entry, (*namespaces, entry.namespace) if entry.namespace else namespaces)
        else:
            found[":".join((*namespaces, entry.name or ""))] = entry
    return found


# ours all have names, as another test says; allauth has one without
ROUTES = {name: route for name, route in _routes(get_resolver()).items() if name and not name.startswith(THIRD_PARTY)}
OWN = {name: list(pattern.pattern.converters) for name, pattern in ROUTES.items() if name not in PUBLIC}
OF_ONE_OBJECT = sorted(name for name, converters in OWN.items() if converters)
OF_A_PERSON = sorted(name for name, converters in OWN.items() if not converters)


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def stranger():
    return UserFactory(email="stranger@example.com")


def _rows_of(owner) -> dict[str, list[dict]]:
    """Everything the owner has, to compare before and after."""
    with owner_scope(owner.pk):
        return {
            model._meta.label: list(model.objects.order_by("pk").values())
            for model in apps.get_models()
            if issubclass(model, OwnedModel)
        }


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", OF_ONE_OBJECT)
def test_stranger_reaches_nothing_of_the_owner(client, world, stranger, name, method):
    before = _rows_of(world.owner)
    client.force_login(stranger)
    confirm(client, stranger)  # what asks once more must refuse them all the same

    response = getattr(client, method)(reverse(name, kwargs=world.arguments_for(OWN[name])))

    assert response.status_code in {404, 405}
    assert MARK not in response.content.decode()
    assert _rows_of(world.owner) == before


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", sorted(OWN))
def test_visitor_is_sent_to_the_log_in(client, world, name, method):
    before = _rows_of(world.owner)

    response = getattr(client, method)(reverse(name, kwargs=world.arguments_for(OWN[name])))

    assert response.status_code in {302, 405}
    assert response.status_code == 405 or response["Location"].startswith(("/accounts/login/", "/admin/login/"))
    assert _rows_of(world.owner) == before


@pytest.mark.parametrize("name", OF_A_PERSON)
def test_pages_of_a_person_hold_nothing_of_another(client, world, stranger, name):
    client.force_login(stranger)

    response = client.get(reverse(name), {"q": "wanted"})

    assert response.status_code in {200, 204, 302, 400, 404, 405}
    assert MARK not in response.content.decode()


@pytest.mark.parametrize("name", OF_A_PERSON)
@pytest.mark.parametrize("field", ["job_id", "job", "search", "proposal_id", "id"])
def test_ids_of_the_owner_in_a_form_reach_nothing(client, world, stranger, name, field):
    before = _rows_of(world.owner)
    client.force_login(stranger)

    for argument in world.arguments.values():
        response = client.post(reverse(name), {field: argument})
        assert MARK not in response.content.decode()

    assert _rows_of(world.owner) == before


def test_owner_reaches_the_same_addresses(client, world):
    """The walk proves nothing if the addresses were wrong: the owner gets through them."""
    client.force_login(world.owner)

    codes = {
        name: client.get(reverse(name, kwargs=world.arguments_for(OWN[name]))).status_code for name in OF_ONE_OBJECT
    }

    assert {name: code for name, code in codes.items() if code not in {200, 302, 405}} == {}


def test_public_list_names_only_addresses_that_exist():
    assert PUBLIC.keys() - ROUTES.keys() == set()
