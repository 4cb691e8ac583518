"""The store. It names people by number alone, and the database refuses to change what was written."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.audit import Action
from apps.core.tenancy import OwnedManager


class AuditEntry(models.Model):
    """What happened; outlives the person, and so says nothing personal."""

    owner_id = models.BigIntegerField(_("whose"), null=True)
    actor_id = models.BigIntegerField(_("who"), null=True, help_text=_("Empty: the system itself, or a visitor."))
    at = models.DateTimeField(_("when"), default=timezone.now)
    action = models.CharField(_("what"), max_length=40)
    target = models.CharField(_("on what"), max_length=60, blank=True)
    target_id = models.CharField(_("which"), max_length=64, blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)

    objects: ClassVar[models.Manager[Any]] = OwnedManager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["owner_id", "-id"], name="audit_by_owner"),
            models.Index(fields=["at"], name="audit_by_time"),
        ]
        constraints = [models.CheckConstraint(condition=~models.Q(action=""), name="audit_entry_says_what")]

    def __str__(self) -> str:
        return f"{self.pk} {self.action}"

    @property
    def label(self) -> str:
        return str(Action(self.action).label) if self.action in Action.values else self.action

    @property
    def facts(self) -> "AuditDetail | None":
        """The personal part, where there was any and it still is there."""
        return getattr(self, "detail", None)


class AuditDetail(models.Model):
    """The personal part of an entry: what it was before and after, and from where. Erasure empties it."""

    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, primary_key=True, related_name="detail")
    owner_id = models.BigIntegerField(null=True)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    address = models.GenericIPAddressField(_("address"), null=True)
    user_agent = models.CharField(_("browser"), max_length=300, blank=True)

    objects: ClassVar[models.Manager[Any]] = OwnedManager()

    class Meta:
        verbose_name = _("audit detail")
        verbose_name_plural = _("audit details")
        indexes = [models.Index(fields=["owner_id"], name="audit_detail_by_owner")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(before__isnull=True, after__isnull=True, address__isnull=True, user_agent=""),
                name="audit_detail_says_something",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
