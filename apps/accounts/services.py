"""Every write about a person: who they are, what they can prove, how they want things."""

from collections.abc import Mapping
from functools import partial

from django.db import models, transaction
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts import selectors, sessions
from apps.accounts.enums import Theme
from apps.accounts.models import PortfolioItem, Profile, Settings, User
from apps.core import audit
from apps.core.audit import Action
from apps.core.errors import DomainError
from apps.core.tenancy import OwnedModel


def update_profile(*, actor: User, changes: Mapping[str, object]) -> Profile:
    """Change the named fields; `picture` takes a new file, or `None` to remove the old one."""
    profile = selectors.profile_of(actor.pk)
    _apply(profile, changes, Action.PROFILE_CHANGED)
    return profile


def update_settings(*, actor: User, changes: Mapping[str, object]) -> Settings:
    settings = selectors.settings_of(actor.pk)
    _apply(settings, changes, Action.SETTINGS_CHANGED)
    return settings


def update_preferences(*, actor: User, language: str, time_zone: str, theme: str, has_shortcuts: bool) -> None:
    """How pages look and speak to this person."""
    wanted = {"language": language, "time_zone": time_zone, "theme": theme, "has_shortcuts": has_shortcuts}
    _apply(actor, wanted, Action.SETTINGS_CHANGED)


def set_theme(*, actor: User, theme: Theme) -> None:
    _apply(actor, {"theme": theme}, Action.SETTINGS_CHANGED)


def set_language(*, actor: User, language: str) -> None:
    _apply(actor, {"language": language}, Action.SETTINGS_CHANGED)


def add_person(*, person: User) -> None:
    """Staff make somebody who did not sign up; they have a profile and settings like everybody."""
    with transaction.atomic():
        User.objects.register(person)
        after = {"email": person.email, "role": person.role}
        audit.record(action=Action.STAFF_CHANGED, owner_id=person.pk, target=person, after=after)


@transaction.atomic
def change_person(*, actor: User, person: User, role: str, is_active: bool) -> bool:
    """Another role, switched on or off; False where it was so already. Nobody changes themselves.

    Every session of the person ends with it: what is open was opened under the old rights.
    """
    stored = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    before = {"role": stored.role, "is_active": stored.is_active}
    after = {"role": role, "is_active": is_active}
    if before == after:
        return False
    if stored.pk == actor.pk:
        raise DomainError(_("Your own role and state are changed by another administrator."))
    stored.role, stored.is_active = role, is_active
    stored.save(update_fields=["role", "is_active"])
    audit.record(action=Action.STAFF_CHANGED, owner_id=stored.pk, target=stored, before=before, after=after)
    transaction.on_commit(partial(sessions.end_all_but, user=stored, session_id=None), robust=True)
    return True


def complete_onboarding(*, actor: User) -> None:
    """From now on a log-in leads to the feed; the first time counts."""
    Settings.objects.filter(owner=actor, onboarded_at=None).update(onboarded_at=timezone.now())


@transaction.atomic
def add_portfolio_item(*, actor: User, changes: Mapping[str, object]) -> PortfolioItem:
    item = PortfolioItem(owner=actor)
    _assign(item, changes)
    item.save(force_insert=True)
    after = {name: getattr(item, name) for name in changes}
    audit.record(action=Action.PORTFOLIO_ADDED, owner_id=actor.pk, target=item, after=after)
    return item


def update_portfolio_item(*, item: PortfolioItem, changes: Mapping[str, object]) -> None:
    _apply(item, changes, Action.PORTFOLIO_CHANGED)


def delete_portfolio_item(*, item: PortfolioItem) -> None:
    """The picture goes with the row."""
    with transaction.atomic():
        _forget_after_commit(item.picture)
        before = {"title": item.title}
        audit.record(action=Action.PORTFOLIO_REMOVED, owner_id=item.owner_id, target=item, before=before)
        item.delete()


def _apply(row: User | OwnedModel, changes: Mapping[str, object], action: Action) -> None:
    """Write the named fields and no others, so that two tabs do not undo each other's changes."""
    owner_id = row.pk if isinstance(row, User) else row.owner_id
    with transaction.atomic():
        # asked anew: a form has written what was typed into the row that it was given
        before = row._meta.model._default_manager.values(*changes).get(pk=row.pk)
        _assign(row, changes)
        stamped = ["updated_at"] if hasattr(row, "updated_at") else []
        row.save(update_fields=[*changes, *stamped])
        after = {name: getattr(row, name) for name in changes}
        audit.record(action=action, owner_id=owner_id, target=row, before=before, after=after)


def _assign(row: models.Model, changes: Mapping[str, object]) -> None:
    for name, value in changes.items():
        old = getattr(row, name)
        if isinstance(old, FieldFile):
            _forget_after_commit(old)
            setattr(row, name, "" if value is None else value)
        else:
            setattr(row, name, value)


def _forget_after_commit(file: FieldFile) -> None:
    """A file whose row is gone or points elsewhere; kept when the change is rolled back."""
    if file.name:
        transaction.on_commit(partial(file.storage.delete, file.name), robust=True)
