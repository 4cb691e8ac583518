"""Pages of the staff that are no table of the admin: what each role may do."""

from typing import Final

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.accounts.roles import RIGHTS, TABLES, Right, Role

ORDER: Final = tuple(Role)


@require_safe
def roles_page(request: HttpRequest) -> HttpResponse:
    """The tables of `roles`, as they are in force."""
    matrix = [(right.label, [right in RIGHTS[role] for role in ORDER]) for right in Right]
    tables = [
        (model._meta.verbose_name_plural, [_reach(role, model._meta.label_lower) for role in ORDER])
        for model in admin.site._registry
    ]
    context = {
        **admin.site.each_context(request),
        "title": _("Roles and rights"),
        "roles": [role.label for role in ORDER],
        "matrix": matrix,
        "tables": tables,
    }
    return TemplateResponse(request, "admin/roles.html", context)


def _reach(role: Role, table: str) -> str:
    needs, rights = TABLES[table], RIGHTS[role]
    if needs.change in rights:
        return "change"
    return "see" if needs.see in rights else ""
