"""Staff see how things go and may change nothing; the marketplace's texts stay out of the admin."""

import pytest
from django.urls import reverse

from tests.accounts.factories import PASSWORD, StaffFactory, add_totp, totp_code
from tests.jobs.factories import MatchFactory, SearchFactory

MODELS = ("job", "savedsearch", "match")


@pytest.fixture
def verified(client, db):
    """A client whose session has passed the second factor of staff."""
    staff = StaffFactory(email="boss@example.com")
    add_totp(staff)
    client.post(reverse("account_login"), {"login": staff.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": totp_code()})
    return client


@pytest.fixture
def rows(owner):
    match = MatchFactory(owner=owner, job__title="A title of the marketplace")
    return {"job": match.job, "match": match, "savedsearch": SearchFactory(owner=owner, error="Upwork has trouble.")}


@pytest.mark.parametrize("model", MODELS)
def test_staff_read_every_row_and_change_none(verified, rows, model):
    listed = verified.get(f"/admin/jobs/{model}/")
    opened = verified.get(f"/admin/jobs/{model}/{rows[model].pk}/change/")

    assert (listed.status_code, opened.status_code) == (200, 200)
    assert 'name="_save"' not in opened.content.decode()
    assert verified.get(f"/admin/jobs/{model}/add/").status_code == 403
    assert verified.post(f"/admin/jobs/{model}/{rows[model].pk}/delete/", {"post": "yes"}).status_code == 403


def test_staff_see_what_holds_a_search_up(verified, rows):
    assert "Upwork has trouble." in verified.get("/admin/jobs/savedsearch/").content.decode()


@pytest.mark.parametrize("model", ("job", "match"))
def test_the_admin_shows_no_text_of_the_marketplace(verified, rows, model):
    for address in (f"/admin/jobs/{model}/", f"/admin/jobs/{model}/{rows[model].pk}/change/"):
        content = verified.get(address).content.decode()

        assert rows["job"].title not in content
        assert rows["job"].description not in content


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("who", ("owner", "stranger", "staff"))
def test_nobody_enters_without_the_second_factor(client, request, rows, model, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(f"/admin/jobs/{model}/").status_code in {302, 404}
