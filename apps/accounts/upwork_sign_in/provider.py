"""What allauth asks about the provider."""

from typing import Any, ClassVar

from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider

from apps.accounts.upwork_sign_in.client import UpworkAdapter


class UpworkAccount(ProviderAccount):
    """Shown by the name on Upwork."""


class UpworkProvider(OAuth2Provider):
    id = "upwork"
    name = "Upwork"
    account_class = UpworkAccount
    oauth2_adapter_class: ClassVar[type[UpworkAdapter]] = UpworkAdapter

    def extract_uid(self, data: dict[str, Any]) -> str:
        return str(data["id"])

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """The address counts as unproved: whoever it belongs to confirms it by our own mail."""
        return {"email": data.get("email") or ""}

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"name": str(data.get("name") or "")[:120]}
