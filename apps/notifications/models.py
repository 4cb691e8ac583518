"""The outbox: one row for each message on each channel; and what each person wants to get where."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.enums import Event
from apps.core.tenancy import OwnedModel
from apps.notifications.enums import Channel, DeliveryState


class Delivery(OwnedModel):
    """One message to one person on one channel; unique by `key`, so nothing is sent twice.

    `context` holds ids, numbers and the person's own words and is kept. `content` holds text of the
    marketplace, which may be kept for a time only: it is emptied at `content_expires_at`.
    """

    event = models.CharField(_("event"), max_length=20, choices=Event.choices)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    key = models.CharField(max_length=120)
    context = models.JSONField(default=dict)
    content = models.JSONField(default=dict)
    content_expires_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"))
    claimed_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["owner", "channel", "key"], name="delivery_once_for_each_channel"),
            models.CheckConstraint(
                condition=models.Q(state=DeliveryState.SENT) ^ models.Q(sent_at=None), name="delivery_sent_has_time"
            ),
            models.CheckConstraint(condition=models.Q(state__in=DeliveryState.values), name="delivery_state_known"),
        ]
        indexes = [
            models.Index(fields=["owner", "channel", "-created_at"], name="delivery_by_owner"),
            models.Index(
                fields=["due_at"], condition=models.Q(state__in=("waiting", "sending")), name="delivery_unfinished"
            ),
            models.Index(
                fields=["owner"], condition=models.Q(channel=Channel.INPAGE, read_at=None), name="delivery_unread"
            ),
            models.Index(
                fields=["content_expires_at"],
                condition=models.Q(content_expires_at__isnull=False),
                name="delivery_content_expires",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} by {self.channel}"

    @property
    def facts(self) -> dict[str, object]:
        """What may be said now: text whose time is over counts as gone before the sweep has emptied it."""
        is_over = self.content_expires_at is not None and self.content_expires_at <= timezone.now()
        return dict(self.context) if is_over else {**self.context, **self.content}


class Preference(OwnedModel):
    """A choice that differs from the catalogue's: this event on this channel, yes or no."""

    event = models.CharField(max_length=20, choices=Event.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    is_on = models.BooleanField()

    class Meta:
        verbose_name = _("notification preference")
        verbose_name_plural = _("notification preferences")
        constraints = [
            models.UniqueConstraint(fields=["owner", "event", "channel"], name="preference_once_for_each_event")
        ]

    def __str__(self) -> str:
        return f"{self.event} by {self.channel}"
