from django.apps import AppConfig

from apps.accounts import panels


class AiConfig(AppConfig):
    name = "apps.ai"

    def ready(self) -> None:
        from apps.ai import selectors  # noqa: PLC0415 models are loaded by now

        panels.register("ai_spend", selectors.spend_panel)
