"""People in the admin: who they are to the product; their own words stay theirs."""

from typing import Any, ClassVar, cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.db.models import Exists, Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from apps.accounts import roles, services
from apps.accounts.audit.kinds import Kind
from apps.accounts.audit.models import AuditEntry
from apps.accounts.audit.wording import changes_of
from apps.accounts.models import Erasure, Export, Profile, SecretKey, Settings, User
from apps.accounts.roles import Right
from apps.core.admin import ReadOnlyAdmin, StaffAdmin
from apps.core.errors import DomainError

# there are no groups, and the key of “Sign in with Upwork” stands in the environment; the others are shown below
admin.site.unregister((Group, EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken))


class PersonCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "role")


@admin.register(User)
class PersonAdmin(StaffAdmin):
    """Who is here, and in which role. A password is set by its owner alone."""

    list_display = ("email", "role", "is_active", "has_second_factor", "date_joined", "last_login", "language")
    list_filter = ("role", "is_active", "language", "date_joined", "last_login")
    search_fields = ("email", "public_id__exact")
    ordering = ("-date_joined",)
    readonly_fields = (
        "email", "public_id", "language", "time_zone", "has_second_factor", "last_login", "date_joined", "acting", "trail",
    )  # fmt: skip
    fields = (
        "email", "public_id", "role", "is_active", "has_second_factor", "last_login", "date_joined", "language", "time_zone",
        "acting", "trail",
    )  # fmt: skip
    actions = ("switch_off", "switch_on")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        factors = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
        people: QuerySet[User] = super().get_queryset(request)
        return people.annotate(with_factor=Exists(factors))

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> list[Any]:
        return (
            super().get_fields(request, obj) if obj else ["email", "role", "usable_password", "password1", "password2"]
        )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[Any]:
        if obj is None:
            return []
        own = ["role", "is_active"] if obj.pk == request.user.pk else []  # another administrator changes these
        return [*super().get_readonly_fields(request, obj), *own]

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **options: Any
    ) -> type[forms.ModelForm]:
        return super().get_form(request, obj, change, **options | ({} if obj else {"form": PersonCreationForm}))

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False  # an account is erased by its owner, with everything that belongs to it

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        """A new person gets a profile and settings, like one who signs up."""
        if change:
            services.change_person(actor=cast(User, request.user), person=obj, role=obj.role, is_active=obj.is_active)
        else:
            services.add_person(person=obj)

    @admin.display(description=_("second factor"), boolean=True)
    def has_second_factor(self, person: User) -> bool:
        return bool(getattr(person, "with_factor", False))

    @admin.display(description=_("act for this person"))
    def acting(self, person: User) -> str:
        if person.is_staff:
            return gettext("Never for staff.")
        return format_html('<a href="{}">{}</a>', reverse("admin:act-for", args=[person.public_id]), gettext("Begin"))

    @admin.display(description=_("audit trail"))
    def trail(self, person: User) -> str:
        url = reverse("admin:accounts_auditentry_changelist")
        return format_html('<a href="{}?q={}">{}</a>', url, person.email, gettext("What happened"))

    @admin.action(description=_("Switch off: no sign-in any more"), permissions=["change"])
    def switch_off(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self._switch(request, people, is_active=False)

    @admin.action(description=_("Switch on again"), permissions=["change"])
    def switch_on(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self._switch(request, people, is_active=True)

    def _switch(self, request: HttpRequest, people: QuerySet[User], *, is_active: bool) -> None:
        done = 0
        for person in people:
            try:
                done += services.change_person(
                    actor=cast(User, request.user), person=person, role=person.role, is_active=is_active
                )
            except DomainError as error:
                messages.error(request, f"{person.email}: {error}")
        messages.success(
            request, ngettext("%(count)s person changed.", "%(count)s people changed.", done) % {"count": done}
        )


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


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    """Who has asked for an archive, and what became of it; the archive itself is theirs alone."""

    list_display = ("owner", "state", "created_at", "size", "attempts", "expires_at", "downloaded_at")
    list_filter = ("state", "created_at")
    list_select_related = ("owner",)
    search_fields = ("owner__email", "public_id__exact")
    fields = (
        "owner",
        "public_id",
        "state",
        "done",
        "total",
        "attempts",
        "size",
        "ready_at",
        "expires_at",
        "downloaded_at",
    )


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """Which accounts end soon, and why; their people alone may take it back."""

    list_display = ("owner", "cause", "due_at", "reminded_at", "created_at")
    list_filter = ("cause", "due_at")
    list_select_related = ("owner",)
    search_fields = ("owner__email", "public_id__exact")
    fields = ("owner", "public_id", "cause", "created_at", "due_at", "reminded_at")


@admin.register(SecretKey)
class SecretKeyAdmin(ReadOnlyAdmin):
    """Who uses keys of their own, and what the last test said; neither the key nor where it leads."""

    list_display = ("owner", "kind", "is_active", "test_result", "tested_at", "used_at", "created_at")
    list_filter = ("kind", "is_active", "test_result", "used_at")
    list_select_related = ("owner",)
    search_fields = ("owner__email", "public_id__exact")
    fields = (
        "owner", "public_id", "kind", "is_active", "test_result", "tested_at", "test_ms", "used_at", "created_at", "updated_at",
    )  # fmt: skip


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    list_display = ("email", "user", "primary", "verified")
    list_filter = ("primary", "verified")
    list_select_related = ("user",)
    search_fields = ("email", "user__email")
    fields = ("email", "user", "primary", "verified")


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Which second factors there are; never what they hold."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    fields = ("user", "type", "created_at", "last_used_at")


@admin.register(SocialAccount)
class SocialAccountAdmin(ReadOnlyAdmin):
    """Who signs in with Upwork; not what Upwork told of them."""

    list_display = ("user", "provider", "date_joined", "last_login")
    list_filter = ("provider", "last_login")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    fields = ("user", "provider", "date_joined", "last_login")


class KindFilter(admin.SimpleListFilter):
    title, parameter_name = _("kind"), "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        return [(kind.value, str(kind.label)) for kind in Kind]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        kind = self.value()
        return queryset.filter(action__in=Kind(kind).actions) if kind in Kind.values else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """What happened when. What the values were, and from where it came, is for those alone who may know."""

    list_display = ("at", "what", "whose", "who", "target", "target_id", "request_id")
    list_filter = (KindFilter, "at")
    list_select_related = ("detail",)
    search_fields = ("request_id__exact", "target_id__exact")
    search_help_text = _("An e-mail address, the id of a request, or the id of what was changed.")
    date_hierarchy = "at"
    show_full_result_count = False
    fields = ("at", "what", "whose", "who", "target", "target_id", "request_id")
    details: ClassVar[tuple[str, ...]] = ("values", "address", "browser")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        people = User.objects.order_by()
        entries: QuerySet[AuditEntry] = super().get_queryset(request)
        return entries.annotate(
            owner_email=Subquery(people.filter(pk=OuterRef("owner_id")).values("email")),
            actor_email=Subquery(people.filter(pk=OuterRef("actor_id")).values("email")),
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By address: what happened to that person, and what they did."""
        if "@" not in search_term:
            return super().get_search_results(request, queryset, search_term)
        numbers = User.objects.filter(email__iexact=search_term.strip()).values_list("pk", flat=True)[:1]
        ids = list(numbers)
        return queryset.filter(owner_id__in=ids) | queryset.filter(actor_id__in=ids), False

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        shown = super().get_fields(request, obj)
        return [*shown, *self.details] if roles.can(request.user, Right.SEE_AUDIT_DETAILS) else shown

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return [*super().get_readonly_fields(request, obj), "what", "whose", "who", *self.details]

    @admin.display(description=_("what"), ordering="action")
    def what(self, entry: AuditEntry) -> str:
        return entry.label

    @admin.display(description=_("whose"))
    def whose(self, entry: AuditEntry) -> str:
        return _called(entry.owner_id, getattr(entry, "owner_email", None))

    @admin.display(description=_("who"))
    def who(self, entry: AuditEntry) -> str:
        return _called(entry.actor_id, getattr(entry, "actor_email", None))

    @admin.display(description=_("values"))
    def values(self, entry: AuditEntry) -> str:
        return "; ".join(
            f"{change.label}: {' → '.join(value for value in (change.before, change.after) if value is not None)}"
            for change in changes_of(entry)
        )

    @admin.display(description=_("address"))
    def address(self, entry: AuditEntry) -> str:
        return (entry.facts.address or "") if entry.facts else ""

    @admin.display(description=_("browser"))
    def browser(self, entry: AuditEntry) -> str:
        return entry.facts.user_agent if entry.facts else ""


def _called(number: int | None, email: str | None) -> str:
    """By address while the person is here, by number when they are gone."""
    return "" if number is None else email or f"#{number}"
