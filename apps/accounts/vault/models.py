"""A person's own key, sealed. What opens it is in the environment alone, so a copy of the database gives nothing away."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.enums import KeyKind, KeyResult
from apps.core.tenancy import OwnedManager, OwnedModel


class SecretKey(OwnedModel):
    """One key of each kind for a person. Switched off it stays sealed and is used by nothing.

    `sealed` is empty for a compatible server that asks for no key. The last four characters are those of the key;
    of an Upwork application those of its public half, by which Upwork lists it too.
    """

    kind = models.CharField(_("for"), max_length=10, choices=KeyKind.choices)
    label = models.CharField(_("name"), max_length=60, blank=True)
    sealed = models.TextField(blank=True, editable=False)
    last_four = models.CharField(_("last four characters"), max_length=4, blank=True)
    base_url = models.CharField(_("base URL"), max_length=200, blank=True)
    model = models.CharField(_("model"), max_length=80, blank=True)
    client_id = models.CharField(_("application key"), max_length=120, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    tested_at = models.DateTimeField(_("tested"), null=True, blank=True)
    test_result = models.CharField(_("result"), max_length=10, choices=KeyResult.choices, blank=True)
    test_ms = models.PositiveIntegerField(_("took, ms"), null=True, blank=True)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    objects: ClassVar[models.Manager["SecretKey"]] = OwnedManager()

    class Meta:
        verbose_name = _("own key")
        verbose_name_plural = _("own keys")
        constraints = [
            models.UniqueConstraint(fields=["owner", "kind"], name="secret_key_one_of_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=KeyKind.values), name="secret_key_kind_known"),
            models.CheckConstraint(condition=Q(kind=KeyKind.COMPATIBLE) | ~Q(sealed=""), name="secret_key_is_sealed"),
            models.CheckConstraint(
                condition=Q(kind=KeyKind.COMPATIBLE) & ~Q(base_url="") & ~Q(model="")
                | ~Q(kind=KeyKind.COMPATIBLE) & Q(base_url=""),
                name="secret_key_server_has_address",
            ),
            models.CheckConstraint(
                condition=~Q(kind=KeyKind.UPWORK) | ~Q(client_id=""), name="secret_key_application_has_id"
            ),
            models.CheckConstraint(
                condition=Q(test_result="", tested_at=None)
                | Q(test_result__in=KeyResult.values, tested_at__isnull=False),
                name="secret_key_result_has_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())  # what staff may read

    @property
    def name(self) -> str:
        """As the person named it, or what it opens."""
        return self.label or str(self.get_kind_display())

    @property
    def shown(self) -> str:
        """As its owner tells it from others."""
        return f"{self.name} …{self.last_four}" if self.last_four else self.name
