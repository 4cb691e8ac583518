"""Every write about a person: who they are, what they can prove, how they want things."""

from collections.abc import Mapping
from functools import partial

from django.db import models, transaction
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from apps.accounts import selectors
from apps.accounts.enums import Theme
from apps.accounts.models import PortfolioItem, Profile, Settings, User


def update_profile(*, actor: User, changes: Mapping[str, object]) -> Profile:
    """Change the named fields; `picture` takes a new file, or `None` to remove the old one."""
    profile = selectors.profile_of(actor.pk)
    _apply(profile, changes)
    return profile


def update_settings(*, actor: User, changes: Mapping[str, object]) -> Settings:
    settings = selectors.settings_of(actor.pk)
    _apply(settings, changes)
    return settings


def update_preferences(*, actor: User, language: str, time_zone: str, theme: str, has_shortcuts: bool) -> None:
    """How pages look and speak to this person."""
    _apply(actor, {"language": language, "time_zone": time_zone, "theme": theme, "has_shortcuts": has_shortcuts})


def set_theme(*, actor: User, theme: Theme) -> None:
    _apply(actor, {"theme": theme})


def set_language(*, actor: User, language: str) -> None:
    _apply(actor, {"language": language})


def complete_onboarding(*, actor: User) -> None:
    """From now on a log-in leads to the feed; the first time counts."""
    Settings.objects.filter(owner=actor, onboarded_at=None).update(onboarded_at=timezone.now())


def add_portfolio_item(*, actor: User, changes: Mapping[str, object]) -> PortfolioItem:
    item = PortfolioItem(owner=actor)
    _assign(item, changes)
    item.save(force_insert=True)
    return item


def update_portfolio_item(*, item: PortfolioItem, changes: Mapping[str, object]) -> None:
    _apply(item, changes)


def delete_portfolio_item(*, item: PortfolioItem) -> None:
    """The picture goes with the row."""
    with transaction.atomic():
        _forget_after_commit(item.picture)
        item.delete()


def _apply(row: models.Model, changes: Mapping[str, object]) -> None:
    """Write the named fields and no others, so that two tabs do not undo each other's changes."""
    with transaction.atomic():
        _assign(row, changes)
        stamped = ["updated_at"] if hasattr(row, "updated_at") else []
        row.save(update_fields=[*changes, *stamped])


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
