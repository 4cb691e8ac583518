from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "apps.core"

    def ready(self) -> None:
        from apps.core import checks, health  # noqa: F401, PLC0415 registering is what importing is for

        health.register("database", health.check_database, is_essential=True)
        health.register("redis", health.check_redis, is_essential=True)
