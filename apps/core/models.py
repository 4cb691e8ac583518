"""The one table of this room: what browsers refused to do on our pages."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PolicyReport(models.Model):
    """One way in which the Content-Security-Policy was broken, and how often. It names no person and no address of one."""

    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    directive = models.CharField(_("directive"), max_length=40)
    blocked = models.CharField(_("refused"), max_length=160)
    page = models.CharField(_("page"), max_length=160, blank=True)
    source = models.CharField(_("called from"), max_length=160, blank=True)
    line = models.PositiveIntegerField(_("line"), default=0)
    count = models.PositiveBigIntegerField(_("how often"), default=0)
    first_seen_at = models.DateTimeField(_("first seen"))
    last_seen_at = models.DateTimeField(_("last seen"), db_index=True)

    class Meta:
        verbose_name = _("refused by the browser")
        verbose_name_plural = _("refused by browsers")
        ordering = ("-last_seen_at",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_seen_at__gte=models.F("first_seen_at")), name="policy_report_seen_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.directive}: {self.blocked}"
