from django.apps import AppConfig

from apps.core import health


class UpworkConfig(AppConfig):
    name = "apps.upwork"

    def ready(self) -> None:
        from apps.upwork import selectors  # noqa: PLC0415 models are loaded by now

        health.register("upwork", selectors.check_health)
