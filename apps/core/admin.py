"""What the admins of the rooms have in common: who is named to whom, and that nothing is changed by the way."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.models import PolicyReport


def sees_people(request: HttpRequest) -> bool:
    """Staff who count things need not know whose they are."""
    return bool(request.user.has_perm("accounts.view_user"))


class StaffAdmin(admin.ModelAdmin):
    """A list of the staff. Where people are not the viewer's business they go by a code.

    `personal` names the columns, fields and filters that are left out for such staff.
    """

    personal: ClassVar[tuple[str, ...]] = ()

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return self._shown(request, super().get_list_display(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return self._shown(request, super().get_fields(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [*super().get_readonly_fields(request, obj), "person"]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return self._shown(request, super().get_list_filter(request))

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        found = super().get_search_fields(request)
        return [name for name in found if sees_people(request) or not name.startswith("owner__")]

    def _shown(self, request: HttpRequest, names: Iterable[Any]) -> list[Any]:
        if sees_people(request):
            return list(names)
        return ["person" if name == "owner" else name for name in names if name not in self.personal]

    @admin.display(description=_("person"))
    def person(self, row: Any) -> str:
        return str(row.owner.code)


class _ReadOnly:
    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class ReadOnlyAdmin(_ReadOnly, StaffAdmin):
    """Rows that belong to a person or to the product: staff look, and change nothing."""


class ReadOnlyInline(_ReadOnly, admin.TabularInline):
    """The same, below the row they belong to."""


@admin.register(PolicyReport)
class PolicyReportAdmin(ReadOnlyAdmin):
    """What browsers refused on our pages, the newest first: either our page is wrong, or somebody else's text came in."""

    list_display = ("directive", "blocked", "page", "source", "line", "count", "first_seen_at", "last_seen_at")
    list_filter = ("directive", "last_seen_at")
    search_fields = ("blocked", "page", "source")
    fields = list_display
