"""Who can write: one small class for each vendor's protocol, made from the settings or from a person's own key."""

from django.conf import settings

from apps.accounts.enums import KeyKind
from apps.accounts.vault.sealing import OpenedKey
from apps.ai.enums import ProviderName
from apps.ai.providers.anthropic import AnthropicProvider
from apps.ai.providers.base import Provider
from apps.ai.providers.openai import CompatibleProvider, OpenAIProvider

NO_KEY = "none"  # the SDK wants a word, and a server that needs no key reads none


def available() -> dict[ProviderName, Provider]:
    """The providers that have a key, first choice first. A local server that needs none gets any word for a key."""
    providers: dict[ProviderName, Provider] = {}
    if settings.OPENAI_API_KEY:
        providers[ProviderName.OPENAI] = OpenAIProvider(settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY)
    if settings.ANTHROPIC_API_KEY:
        providers[ProviderName.ANTHROPIC] = AnthropicProvider(settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_API_KEY)
    return providers


def of_key(key: OpenedKey) -> Provider:
    """The vendors are reached where the installation reaches them; a compatible server where its owner says."""
    if key.kind == KeyKind.ANTHROPIC:
        return AnthropicProvider(settings.ANTHROPIC_BASE_URL, key.secret)
    if key.kind == KeyKind.OPENAI:
        return OpenAIProvider(settings.OPENAI_BASE_URL, key.secret)
    return CompatibleProvider(key.base_url, key.secret or NO_KEY)
