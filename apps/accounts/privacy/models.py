"""What a person has asked of their data: an archive of it, or its end."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.privacy.enums import Cause, ExportState
from apps.core.tenancy import OwnedManager, OwnedModel


class Export(OwnedModel):
    """One archive. `done` of `total` tables are in it; the file lies under `path` from ready to expired."""

    state = models.CharField(_("state"), max_length=8, choices=ExportState.choices, default=ExportState.WAITING)
    done = models.PositiveSmallIntegerField(_("done"), default=0)
    total = models.PositiveSmallIntegerField(_("of"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"), null=True, blank=True)
    ready_at = models.DateTimeField(_("ready"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    downloaded_at = models.DateTimeField(_("downloaded"), null=True, blank=True)

    objects: ClassVar[models.Manager["Export"]] = OwnedManager()

    class Meta:
        verbose_name = _("archive")
        verbose_name_plural = _("archives")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="export_by_owner"),
            models.Index(fields=["expires_at"], condition=Q(state="ready"), name="export_expiring"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["owner"], condition=Q(state="waiting"), name="export_one_at_a_time"),
            models.CheckConstraint(condition=Q(state__in=ExportState.values), name="export_state_known"),
            models.CheckConstraint(
                condition=~Q(state="ready")
                | Q(ready_at__isnull=False, size__isnull=False, expires_at__gt=F("ready_at")),
                name="export_ready_is_complete",
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="export_done_of_total"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def path(self) -> str:
        """Where the file lies in the store: the same for each attempt, so that none is left behind."""
        return f"exports/{self.public_id}.zip"

    @property
    def is_over(self) -> bool:
        """Its time has passed, whether the sweep was there or not."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def is_waiting(self) -> bool:
        return self.state == ExportState.WAITING

    @property
    def is_ready(self) -> bool:
        return self.state == ExportState.READY and not self.is_over

    @property
    def file_name(self) -> str:
        return f"bidwright-{self.created_at:%Y-%m-%d}.zip"


class Erasure(OwnedModel):
    """An account that is to be erased at `due_at`; taking it back deletes the row."""

    cause = models.CharField(_("cause"), max_length=8, choices=Cause.choices, default=Cause.ASKED)
    due_at = models.DateTimeField(_("due"))
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[models.Manager["Erasure"]] = OwnedManager()

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        indexes = [models.Index(fields=["due_at"], name="erasure_due")]
        constraints = [
            models.UniqueConstraint(fields=["owner"], name="erasure_one_for_each_owner"),
            models.CheckConstraint(condition=Q(cause__in=Cause.values), name="erasure_cause_known"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
