from django.apps import AppConfig


class UpworkConfig(AppConfig):
    name = "apps.upwork"

    def ready(self) -> None:
        from apps.core import health  # noqa: PLC0415 registries are filled once the apps are loaded
        from apps.upwork import selectors  # noqa: PLC0415 as above

        health.register("upwork", selectors.check_health)
