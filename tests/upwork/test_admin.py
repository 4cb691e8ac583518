"""Staff see whose connection holds and since when; never a token, and nothing can be changed."""

import pytest

from apps.upwork.models import Connection
from tests.accounts.factories import StaffFactory
from tests.proposals.test_admin import verified  # noqa: F401 fixtures are shared by importing them

LIST = "/admin/upwork/connection/"


@pytest.fixture
def staff(db):
    return StaffFactory(email="staff@example.com")


def test_staff_read_the_state_and_no_token(verified, connection, person):  # noqa: F811 the fixture above
    connection.refresh_from_db()

    found = verified.get(LIST, {"q": person.email}).content.decode()
    opened = verified.get(f"{LIST}{connection.pk}/change/").content.decode()

    assert "Connected" in found
    assert person.email in found
    assert 'name="_save"' not in opened
    for secret in (connection.access_token, connection.refresh_token):
        assert secret
        assert secret not in found + opened
    assert verified.post(f"{LIST}{connection.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Connection.objects.count() == 1


def test_the_index_tells_people_from_accounts(verified):  # noqa: F811 the fixture above
    apps = verified.get("/admin/").context["app_list"]

    names = [app["name"] for app in apps]
    assert {"People", "Accounts", "Upwork", "Proposals"} <= {*names}
    assert len({*names}) == len(names)
