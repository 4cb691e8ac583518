"""People: who they are, what they can prove, and how they want things."""

import uuid
from collections.abc import Iterable
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts import roles
from apps.accounts.audit.models import AuditDetail, AuditEntry
from apps.accounts.enums import Experience, LetterLanguage, ProviderChoice, Theme, Tone
from apps.accounts.privacy.models import Erasure, Export
from apps.accounts.roles import Role
from apps.accounts.validators import validate_time_zone
from apps.accounts.vault.models import SecretKey
from apps.core.tenancy import OwnedModel, owner_scope

__all__ = [
    "AuditDetail", "AuditEntry", "Erasure", "Export", "PortfolioItem", "Profile", "SecretKey", "Settings", "User", "UserManager",
]  # fmt: skip


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        self.register(user)
        return user

    def register(self, user: "User") -> None:
        """Save a new person together with their profile and settings: all three or none."""
        with transaction.atomic(using=self._db):
            user.save(using=self._db)
            with owner_scope(user.pk):
                Profile.objects.create(owner=user)
                Settings.objects.create(owner=user)

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, role=Role.ADMINISTRATOR, **fields)


class User(AbstractBaseUser):
    """A person who can log in; known by e-mail, and outside by `public_id`. What they may do says `roles`."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    theme = models.CharField(_("theme"), max_length=6, choices=Theme.choices, default=Theme.SYSTEM)
    has_shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    role = models.CharField(_("role"), max_length=13, choices=Role.choices, default=Role.FREELANCER)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique_in_any_case"),
            models.CheckConstraint(condition=models.Q(theme__in=Theme.values), name="user_theme_known"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_staff(self) -> bool:
        return self.role in roles.STAFF

    @property
    def code(self) -> str:
        """How staff who need not know a person call them."""
        return f"u-{str(self.public_id)[:8]}"

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return roles.has_permission(self, perm)

    def has_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return roles.has_app(self, app_label)


class Profile(OwnedModel):
    """What the freelancer is, as clients read it; the facts that letters and scores start from."""

    first_name = models.CharField(_("first name"), max_length=60, blank=True)
    last_name = models.CharField(_("last name"), max_length=60, blank=True)
    picture = models.ImageField(_("picture"), upload_to="profiles/", blank=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    overview = models.TextField(_("overview"), max_length=5000, blank=True)
    skills = ArrayField(models.CharField(max_length=60), verbose_name=_("skills"), default=list, blank=True, size=50)
    hourly_rate = models.DecimalField(
        _("hourly rate"), max_digits=8, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(1)]
    )
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    experience = models.CharField(_("experience"), max_length=12, choices=Experience.choices, blank=True)
    languages = ArrayField(
        models.CharField(max_length=60), verbose_name=_("languages"), default=list, blank=True, size=20
    )
    country = models.CharField(_("country"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        constraints = [
            models.UniqueConstraint(fields=["owner"], name="profile_one_for_each_owner"),
            models.CheckConstraint(
                condition=models.Q(hourly_rate=None) | models.Q(hourly_rate__gte=1), name="profile_rate_positive"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class PortfolioItem(OwnedModel):
    """A piece of finished work with the outcome that can be proved; letters cite these and nothing else."""

    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("what was done"), max_length=2000, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=300, blank=True, help_text=_("What changed, in numbers where you have them.")
    )
    url = models.URLField(_("link"), blank=True)
    skills = ArrayField(models.CharField(max_length=60), verbose_name=_("skills"), default=list, blank=True, size=20)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    picture = models.ImageField(_("picture"), upload_to="portfolio/", blank=True)
    is_confidential = models.BooleanField(
        _("confidential"), default=False, help_text=_("Kept for your own eyes: never used in a letter.")
    )

    class Meta:
        verbose_name = _("portfolio item")
        verbose_name_plural = _("portfolio items")
        ordering = ["-year", "-pk"]
        indexes = [models.Index(fields=["owner", "-year", "-id"], name="portfolio_by_owner")]
        constraints = [models.CheckConstraint(condition=~models.Q(title=""), name="portfolio_item_has_title")]

    def __str__(self) -> str:
        return self.title


class Settings(OwnedModel):
    """How this person wants the product to behave."""

    tone = models.CharField(_("tone"), max_length=10, choices=Tone.choices, default=Tone.PLAIN)
    letter_language = models.CharField(
        _("language of letters"), max_length=3, choices=LetterLanguage.choices, default=LetterLanguage.JOB
    )
    words_min = models.PositiveSmallIntegerField(_("least words"), default=120)
    words_max = models.PositiveSmallIntegerField(_("most words"), default=200)
    provider = models.CharField(
        _("provider"), max_length=10, choices=ProviderChoice.choices, default=ProviderChoice.AUTO
    )
    model = models.CharField(_("model"), max_length=80, blank=True, help_text=_("Empty: the installation's choice."))
    only_own_keys = models.BooleanField(
        _("only my own keys"),
        default=False,
        help_text=_("Where none of them answers, writing stops. Otherwise this installation's AI goes on."),
    )
    monthly_budget = models.DecimalField(
        _("AI budget a month, USD"), max_digits=8, decimal_places=2, default=20, validators=[MinValueValidator(0)]
    )
    onboarded_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("settings")
        verbose_name_plural = _("settings")
        constraints = [
            models.UniqueConstraint(fields=["owner"], name="settings_one_for_each_owner"),
            models.CheckConstraint(
                condition=models.Q(words_min__gte=40, words_min__lt=models.F("words_max"), words_max__lte=800),
                name="settings_words_in_order",
            ),
            models.CheckConstraint(condition=models.Q(monthly_budget__gte=0), name="settings_budget_not_negative"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
