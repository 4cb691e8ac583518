"""Archives: asked for by the person, made in the background, handed out for a time, and gone after it."""

import logging
import tempfile
from datetime import timedelta
from functools import partial
from typing import Final

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import tasks
from apps.accounts.models import Export, User
from apps.accounts.privacy import archive
from apps.accounts.privacy.enums import ExportState
from apps.core import audit, claims
from apps.core.audit import Action
from apps.core.enums import Event
from apps.core.errors import DomainError
from apps.core.limits import Limit, take
from apps.notifications import services as notifications

logger = logging.getLogger(__name__)

MOST_ATTEMPTS: Final = 3
MOST_A_DAY: Final = 5
DAY_SECONDS: Final = 24 * 3600


class LostError(Exception):
    """The row is somebody else's by now, or gone with its owner."""


def ask_export(*, actor: User) -> Export:
    """Have an archive made; one that is being made already is the answer."""
    if waiting := Export.objects.filter(owner=actor, state=ExportState.WAITING).first():
        return waiting
    if not take(Limit(f"exports:{actor.pk}", MOST_A_DAY, DAY_SECONDS)).allowed:
        raise DomainError(_("That is enough for today: five archives a day. The newest one stays ready."))
    with transaction.atomic():
        export, is_new = Export.objects.get_or_create(owner=actor, state=ExportState.WAITING)
        if is_new:
            audit.record(action=Action.EXPORT_ASKED, owner_id=actor.pk, target=export)
        transaction.on_commit(partial(tasks.make_export.delay, export_id=export.pk, owner_id=actor.pk), robust=True)
    return export


def exports_to_make() -> list[tuple[int, int]]:
    """(export, owner) of those that nobody is making."""
    waiting = Export.objects.filter(claims.free(), state=ExportState.WAITING)
    return list(waiting.order_by("pk").values_list("pk", "owner_id"))


def make_export(*, export_id: int) -> None:
    """Make the archive; returns at once when another worker does. After three deaths of the worker it is given up."""
    mine = Export.objects.filter(pk=export_id, state=ExportState.WAITING)
    if not claims.claim(mine):
        return
    if not mine.filter(attempts__lt=MOST_ATTEMPTS).update(attempts=F("attempts") + 1, done=0):
        _give_up(export_id)
        return
    export = Export.objects.select_related("owner").get(pk=export_id)
    try:
        with tempfile.TemporaryFile() as stream, translation.override(export.owner.language or settings.LANGUAGE_CODE):
            with timezone.override(export.owner.time_zone):
                archive.write(stream, owner=export.owner, tick=partial(_progress, export_id))
            _keep(export, File(stream))
    except LostError:
        logger.info("export %s was taken away while it was made", export_id)


def _progress(export_id: int, done: int, total: int) -> None:
    """Say how far it is, and hold on to the row."""
    held_until = timezone.now() + timedelta(seconds=claims.CLAIM_SECONDS)
    mine = Export.objects.filter(pk=export_id, state=ExportState.WAITING)
    if not mine.update(total=total, done=done, claimed_until=held_until):
        raise LostError


def _keep(export: Export, file: "File[bytes]") -> None:
    """Put the file into the store, then say so; a file whose row is gone meanwhile is removed again."""
    size = file.size
    default_storage.delete(export.path)  # of an attempt that died right here
    default_storage.save(export.path, file)
    now = timezone.now()
    values = {"state": ExportState.READY, "size": size, "ready_at": now, "claimed_until": None, "updated_at": now}
    with transaction.atomic():
        is_kept = Export.objects.filter(pk=export.pk, state=ExportState.WAITING).update(
            **values, expires_at=now + timedelta(hours=settings.EXPORT_HOURS)
        )
        if is_kept:
            _tell_ready(export)
            older = Export.objects.filter(owner_id=export.owner_id, state=ExportState.READY).exclude(pk=export.pk)
            older.update(expires_at=timezone.now())  # one at a time is enough; the sweep takes the file
    if not is_kept:
        default_storage.delete(export.path)
        raise LostError


def _tell_ready(export: Export) -> None:
    until = timezone.now() + timedelta(hours=settings.EXPORT_HOURS)
    _tell(
        export,
        "ready",
        title=gettext_lazy("Your archive is ready"),
        text=gettext_lazy("You can download it until %(until)s. After that the file is deleted."),
        until=until.isoformat(),
    )


def _give_up(export_id: int) -> None:
    export = Export.objects.get(pk=export_id)
    with transaction.atomic():
        given_up = Export.objects.filter(pk=export_id, state=ExportState.WAITING)
        if given_up.update(state=ExportState.FAILED, claimed_until=None, updated_at=timezone.now()):
            _tell(
                export,
                "failed",
                title=gettext_lazy("Your archive could not be made"),
                text=gettext_lazy("We tried three times. Try again later, or write to us."),
            )


def _tell(export: Export, what: str, **facts: object) -> None:
    notifications.notify(
        owner_id=export.owner_id,
        event=Event.SECURITY,
        key=f"export-{what}:{export.public_id}",
        context={**facts, "path": reverse("accounts:privacy")},
        is_vital=True,
    )


@transaction.atomic
def note_download(*, export: Export) -> None:
    Export.objects.filter(pk=export.pk).update(downloaded_at=timezone.now())
    audit.record(action=Action.EXPORT_DOWNLOADED, owner_id=export.owner_id, target=export)


def expire_exports() -> None:
    """Delete the files whose time is over, of everybody; each before its row, so that a crash leaves none behind."""
    for export in Export.objects.filter(state=ExportState.READY, expires_at__lte=timezone.now()):
        default_storage.delete(export.path)
        Export.objects.filter(pk=export.pk).update(state=ExportState.EXPIRED, updated_at=timezone.now())


def delete_files(exports: list[Export]) -> None:
    """With the rows, once they are gone for good."""
    for export in exports:
        transaction.on_commit(partial(default_storage.delete, export.path), robust=True)
