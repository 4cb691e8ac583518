"""People in the admin: who they are to the product; their own words stay theirs."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Profile, Settings, User
from apps.core.admin import ReadOnlyAdmin


class PersonCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email",)


@admin.register(User)
class PersonAdmin(UserAdmin):
    add_form = PersonCreationForm
    list_display = ("email", "date_joined", "last_login", "language", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "is_superuser", "language", "date_joined")
    search_fields = ("email", "public_id__exact")
    ordering = ("-date_joined",)
    readonly_fields = ("public_id", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password", "public_id")}),
        (_("Preferences"), {"fields": ("language", "time_zone", "theme")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Times"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)

    def save_model(self, request: HttpRequest, obj: User, form: object, change: bool) -> None:
        """A new person gets a profile and settings, like one who signs up."""
        if change:
            super().save_model(request, obj, form, change)
        else:
            User.objects.register(obj)


@admin.register(Profile)
class ProfileAdmin(ReadOnlyAdmin):
    """What is filled in, not what it says."""

    list_display = ("owner", "experience", "hourly_rate", "currency", "updated_at")
    list_filter = ("experience", "currency")
    list_select_related = ("owner",)
    search_fields = ("owner__email", "public_id__exact")
    fields = ("owner", "public_id", "experience", "hourly_rate", "currency", "country", "created_at", "updated_at")


@admin.register(Settings)
class SettingsAdmin(ReadOnlyAdmin):
    list_display = ("owner", "provider", "model", "monthly_budget", "onboarded_at")
    list_filter = ("provider", "onboarded_at")
    list_select_related = ("owner",)
    search_fields = ("owner__email", "public_id__exact")
    exclude = ()
