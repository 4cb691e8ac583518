"""Owner scope: fails closed, follows the code that runs, and holds for every kind of access."""

import asyncio
import threading

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.shortcuts import get_object_or_404

from apps.accounts.models import PortfolioItem
from apps.core.tenancy import Everyone, Reason, ScopeMissingError, current_scope, everyone_scope, owner_scope, set_owner
from tests.accounts.factories import PortfolioItemFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def items():
    """One item of the owner's and one of a stranger's."""
    return PortfolioItemFactory(owner=UserFactory()), PortfolioItemFactory(owner=UserFactory())


@pytest.mark.parametrize(
    "read",
    [
        lambda: list(PortfolioItem.objects.all()),
        lambda: PortfolioItem.objects.exists(),
        lambda: PortfolioItem.objects.count(),
        lambda: PortfolioItem.objects.filter(title="x").first(),
        lambda: PortfolioItem.objects.update(title="x"),
        lambda: PortfolioItem.objects.filter(pk=1).delete(),
        lambda: PortfolioItem.objects.aggregate(),
        lambda: get_object_or_404(PortfolioItem, pk=1),
    ],
)
def test_reading_without_a_scope_raises(read):
    with pytest.raises(ScopeMissingError, match=r"accounts\.PortfolioItem"):
        read()


def test_owner_sees_own_rows_alone(items):
    own, strange = items

    with owner_scope(own.owner_id):
        seen = list(PortfolioItem.objects.all())
        found = PortfolioItem.objects.filter(pk=strange.pk).exists()

    assert seen == [own]
    assert not found


def test_bulk_writes_leave_strangers_rows_alone(items):
    own, strange = items

    with owner_scope(own.owner_id):
        PortfolioItem.objects.update(title="Changed")
        PortfolioItem.objects.filter(pk=strange.pk).delete()

    with everyone_scope(Reason.ADMIN):
        titles = dict(PortfolioItem.objects.values_list("pk", "title"))
    assert titles == {own.pk: "Changed", strange.pk: strange.title}


def test_subquery_is_scoped_as_well(items):
    own, strange = items

    with owner_scope(own.owner_id):
        inner = PortfolioItem.objects.values("pk")
        found = list(PortfolioItem.objects.filter(pk__in=inner))

    assert found == [own]
    assert strange not in found


def test_everyone_scope_sees_all_and_names_its_reason(items):
    with everyone_scope(Reason.ADMIN):
        scope, seen = current_scope(), PortfolioItem.objects.count()

    assert scope == Everyone(Reason.ADMIN)
    assert seen == 2


def test_scope_closes_again_after_an_error():
    with pytest.raises(ValueError, match="broken"), owner_scope(1):
        raise ValueError("broken")

    assert current_scope() is None


def test_inner_scope_gives_way_to_the_outer_one():
    with owner_scope(1):
        with owner_scope(2):
            set_owner(3)
            inner = current_scope()
        outer = current_scope()

    assert (inner, outer) == (3, 1)


def test_another_thread_starts_without_a_scope():
    found = []
    with owner_scope(1):
        thread = threading.Thread(target=lambda: found.append(current_scope()))
        thread.start()
        thread.join()

    assert found == [None]


@pytest.mark.django_db(transaction=True)
def test_scope_holds_in_async_code(items):
    own, _strange = items

    async def read() -> list[PortfolioItem]:
        with owner_scope(own.owner_id):
            rows = [row async for row in PortfolioItem.objects.all()]
            assert rows == await sync_to_async(lambda: list(PortfolioItem.objects.all()))()
        await sync_to_async(connections.close_all)()
        return rows

    assert asyncio.run(read()) == [own]
