from django.apps import AppConfig
from django.core.checks import Tags, register

from apps.core import checks, health


class CoreConfig(AppConfig):
    name = "apps.core"

    def ready(self) -> None:
        register(checks.check_role_is_not_superuser, Tags.database)
        health.register("database", health.check_database, is_essential=True)
        health.register("redis", health.check_redis, is_essential=True)
