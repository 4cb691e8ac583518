"""What the admins of the rooms have in common."""

from django.contrib import admin
from django.http import HttpRequest


class _ReadOnly:
    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class ReadOnlyAdmin(_ReadOnly, admin.ModelAdmin):
    """Rows that belong to a person or to the product: staff look, and change nothing."""


class ReadOnlyInline(_ReadOnly, admin.TabularInline):
    """The same, below the row they belong to."""
