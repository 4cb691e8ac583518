"""What this room holds of a person, for the registry of accounts."""

import logging
from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts import privacy
from apps.core.errors import OutsideError
from apps.upwork import oauth, vault
from apps.upwork.models import Connection

logger = logging.getLogger(__name__)


def register() -> None:
    privacy.register(
        "upwork",
        label=_("Connection to Upwork"),
        purpose=_("To look for jobs and to send what you approved"),
        kept=_("Until you disconnect"),
        shared_with=_("Upwork; the permission itself is stored sealed, and in no archive"),
        models=[Connection._meta.label],
        export=_export,
        erase=_erase,
    )


def _export(owner_id: int) -> Iterable[privacy.Table]:
    yield privacy.table_of(
        Connection.objects.filter(owner_id=owner_id),
        omit=("access_token", "refresh_token", "token_version", "refreshing_until"),
        shown={"upwork_name": _("Name on Upwork"), "state": _("State"), "connected_at": _("Connected")},
    )


def _erase(owner_id: int) -> None:
    """Our copy goes; Upwork is asked afterwards to forget the permission too."""
    for connection in Connection.objects.filter(owner_id=owner_id).exclude(refresh_token=""):
        try:
            revoke = partial(
                oauth.revoke,
                application=vault.application_of(connection),
                refresh_token=vault.opened(connection, "refresh_token"),
            )
        except OutsideError as error:  # no key to open it with, so nobody can use it either
            logger.info("the permission of connection %s is not revoked: %s", connection.pk, type(error).__name__)
        else:
            transaction.on_commit(revoke, robust=True)
    Connection.objects.filter(owner_id=owner_id).delete()
