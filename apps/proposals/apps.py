from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    name = "apps.proposals"

    def ready(self) -> None:
        from apps.proposals import privacy  # noqa: PLC0415 models are loaded by now

        privacy.register()
