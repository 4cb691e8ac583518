from django.apps import AppConfig


class AiConfig(AppConfig):
    name = "apps.ai"

    def ready(self) -> None:
        from apps.accounts import panels  # noqa: PLC0415 models are loaded by now
        from apps.ai import selectors  # noqa: PLC0415 as above

        panels.register("ai_spend", selectors.spend_panel)
