"""Reads that other rooms share. The rows are those of the owner in scope."""

from django.db.models import QuerySet

from apps.accounts.models import PortfolioItem, Profile, Settings


def profile_of(owner_id: int) -> Profile:
    profile: Profile = Profile.objects.get(owner_id=owner_id)
    return profile


def settings_of(owner_id: int) -> Settings:
    settings: Settings = Settings.objects.get(owner_id=owner_id)
    return settings


def portfolio_of(owner_id: int) -> QuerySet[PortfolioItem]:
    """Everything the person can prove, newest first; confidential items too."""
    return PortfolioItem.objects.filter(owner_id=owner_id)
