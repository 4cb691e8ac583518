"""The person's connection to Upwork."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.tenancy import OwnedManager, OwnedModel
from apps.upwork.enums import Capability, ConnectionState


class Connection(OwnedModel):
    """OAuth tokens of one person for one application key; every secret is sealed by `core.crypto`.

    The application is the installation's, or the person's own: then its secret is in their vault.
    `token_version` grows with each refresh and is what the compare-and-swap looks at; `refreshing_until`
    is the lease of the worker that talks to the token endpoint. `capabilities` says for each what the key
    may do; `None` where only trying would tell.
    """

    client_id = models.CharField(_("application key"), max_length=120, blank=True)
    has_own_key = models.BooleanField(_("own application"), default=False)
    access_token = models.TextField(blank=True, editable=False)
    refresh_token = models.TextField(blank=True, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    token_version = models.PositiveIntegerField(default=0)
    refreshing_until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=ConnectionState.choices, default=ConnectionState.DISCONNECTED)
    upwork_user_id = models.CharField(max_length=40, blank=True)
    upwork_nid = models.CharField(max_length=60, blank=True)
    upwork_name = models.CharField(max_length=120, blank=True)
    organization_id = models.CharField(max_length=40, blank=True)
    capabilities = models.JSONField(default=dict)
    probed_at = models.DateTimeField(null=True, blank=True)
    is_sandbox = models.BooleanField(default=False)
    connected_at = models.DateTimeField(null=True, blank=True)
    proposals_synced_at = models.DateTimeField(null=True, blank=True)
    proposals_due_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Connection"]] = OwnedManager()

    class Meta:
        verbose_name = _("Upwork connection")
        verbose_name_plural = _("Upwork connections")
        constraints = [
            models.UniqueConstraint(fields=["owner"], name="connection_one_for_each_owner"),
            models.CheckConstraint(
                condition=~models.Q(state=ConnectionState.CONNECTED)
                | (
                    ~models.Q(access_token="")
                    & models.Q(expires_at__isnull=False)
                    & models.Q(connected_at__isnull=False)
                ),
                name="connection_connected_has_tokens",
            ),
        ]
        indexes = [models.Index(fields=["state", "proposals_due_at"], name="connection_due")]

    def __str__(self) -> str:
        return self.upwork_name or str(self.public_id)

    @property
    def is_connected(self) -> bool:
        return self.state == ConnectionState.CONNECTED

    @property
    def needs_reconnect(self) -> bool:
        return self.state == ConnectionState.RECONNECT

    def may(self, capability: Capability) -> bool:
        """Whether it is worth trying: no only where Upwork has said no."""
        return self.is_connected and self.capabilities.get(capability.value) is not False
