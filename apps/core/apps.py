from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from apps.core import checks, health, rows


class CoreConfig(AppConfig):
    name = "apps.core"
    verbose_name = _("Protection")  # what of it staff see

    def ready(self) -> None:
        register(checks.check_role_is_not_superuser, Tags.database)
        register(checks.check_search_may_use_its_index, Tags.database)
        post_migrate.connect(rows.follow_setting, sender=self)
        health.register("database", health.check_database, is_essential=True)
        health.register("redis", health.check_redis, is_essential=True)
