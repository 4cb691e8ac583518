from django.apps import AppConfig

from apps.accounts import panels


class AiConfig(AppConfig):
    name = "apps.ai"

    def ready(self) -> None:
        from apps.accounts import key_testers  # noqa: PLC0415 models are loaded by now
        from apps.accounts.enums import KeyKind  # noqa: PLC0415 as above
        from apps.ai import key_tests, privacy, selectors  # noqa: PLC0415 as above

        panels.register("ai_spend", selectors.spend_panel)
        panels.register("own_key_spend", selectors.own_key_panel)
        for kind in (KeyKind.OPENAI, KeyKind.ANTHROPIC, KeyKind.COMPATIBLE):
            key_testers.register(kind, key_tests.check)
        privacy.register()
