"""Proofs: listed, made, changed, deleted; the stranger finds none of them."""

from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image

from apps.accounts.models import PortfolioItem
from apps.core.tenancy import owner_scope
from tests.accounts.factories import PortfolioItemFactory

LIST = reverse("accounts:portfolio-list")
CREATE = reverse("accounts:portfolio-create")
FIELDS = {
    "title": "Kelmo shop",
    "outcome": "Cut checkout p95 from 2.1 s to 380 ms.",
    "description": "Moved to Django in eleven weeks.",
    "url": "kelmo.example/case",
    "skills": "Django, Stripe",
    "year": "2025",
}


def items_of(user):
    with owner_scope(user.pk):
        return list(PortfolioItem.objects.all())


def test_proof_is_made_and_listed(client, owner):
    client.force_login(owner)

    answer = client.post(CREATE, FIELDS)

    (item,) = items_of(owner)
    page = client.get(LIST).content.decode()
    assert answer.url == LIST
    assert (item.title, item.url, item.skills, item.year) == (
        "Kelmo shop",
        "https://kelmo.example/case",
        ["Django", "Stripe"],
        2025,
    )
    assert "Cut checkout p95 from 2.1 s to 380 ms." in page


def test_first_visit_says_what_a_proof_is(client, owner):
    client.force_login(owner)

    page = client.get(LIST).content.decode()

    assert "No proofs yet" in page
    assert CREATE in page


def test_proof_is_changed(client, owner):
    item = PortfolioItemFactory(owner=owner)
    client.force_login(owner)

    client.post(reverse("accounts:portfolio-edit", args=[item.public_id]), {**FIELDS, "is_confidential": "on"})

    (changed,) = items_of(owner)
    assert (changed.pk, changed.title, changed.is_confidential) == (item.pk, "Kelmo shop", True)
    assert "Confidential" in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("field", "value"), [("title", ""), ("url", "javascript:alert(1)"), ("year", "1066"), ("title", "x" * 121)]
)
def test_bad_proof_is_refused_and_kept_in_the_form(client, owner, field, value):
    client.force_login(owner)

    answer = client.post(CREATE, {**FIELDS, field: value})

    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert FIELDS["outcome"] in answer.content.decode()
    assert items_of(owner) == []


def test_delete_asks_once(client, owner):
    item = PortfolioItemFactory(owner=owner)
    url = reverse("accounts:portfolio-delete", args=[item.public_id])
    client.force_login(owner)

    question = client.get(url).content.decode()
    asked = items_of(owner)
    answer = client.post(url)

    assert item.title in question
    assert asked == [item]
    assert answer.url == LIST
    assert items_of(owner) == []


def test_picture_goes_with_its_proof(client, owner, picture, media, django_capture_on_commit_callbacks):
    client.force_login(owner)
    client.post(CREATE, {**FIELDS, "new_picture": picture(size=(3000, 1500))})
    (item,) = items_of(owner)
    shown = client.get(reverse("accounts:portfolio-picture", args=[item.public_id]))

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("accounts:portfolio-delete", args=[item.public_id]))

    assert Image.open(BytesIO(shown.content)).size == (1600, 800)
    assert list(media.rglob("*.webp")) == []


@pytest.mark.parametrize("name", ["portfolio-edit", "portfolio-delete", "portfolio-picture"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_stranger_finds_nothing(client, owner, stranger, name, method):
    item = PortfolioItemFactory(owner=owner)
    client.force_login(stranger)

    answer = getattr(client, method)(reverse(f"accounts:{name}", args=[item.public_id]), FIELDS)

    assert answer.status_code in {404, 405}
    assert items_of(owner) == [item]


def test_staff_see_no_more_than_a_stranger_on_these_pages(client, owner, staff):
    item = PortfolioItemFactory(owner=owner)
    client.force_login(staff)

    assert client.get(reverse("accounts:portfolio-edit", args=[item.public_id])).status_code == 404
    assert item.title not in client.get(LIST).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_list_query_count_is_flat(client, owner, rows, django_assert_num_queries):
    items = PortfolioItemFactory.create_batch(rows, owner=owner)
    client.force_login(owner)

    with django_assert_num_queries(2):  # the person, the proofs
        page = client.get(LIST).content.decode()

    assert all(item.title in page for item in items)
