"""Who can write: one small class for each vendor's protocol, made from the settings."""

from django.conf import settings

from apps.ai.enums import ProviderName
from apps.ai.providers.anthropic import AnthropicProvider
from apps.ai.providers.base import Provider
from apps.ai.providers.openai import OpenAIProvider


def available() -> dict[ProviderName, Provider]:
    """The providers that have a key, first choice first. A local server that needs none gets any word for a key."""
    providers: dict[ProviderName, Provider] = {}
    if settings.OPENAI_API_KEY:
        providers[ProviderName.OPENAI] = OpenAIProvider(settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY)
    if settings.ANTHROPIC_API_KEY:
        providers[ProviderName.ANTHROPIC] = AnthropicProvider(settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_API_KEY)
    return providers
