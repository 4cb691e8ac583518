from django.apps import AppConfig

from apps.core import health, sealed_columns
from apps.core.sealed_columns import ModelColumn, always


class UpworkConfig(AppConfig):
    name = "apps.upwork"

    def ready(self) -> None:
        from apps.accounts import key_testers  # noqa: PLC0415 models are loaded by now
        from apps.accounts.enums import KeyKind  # noqa: PLC0415 as above
        from apps.upwork import key_tests, privacy, selectors, vault  # noqa: PLC0415 as above

        health.register("upwork", selectors.check_health)
        key_testers.register(KeyKind.UPWORK, key_tests.check)
        privacy.register()
        for column in ("access_token", "refresh_token"):
            sealed_columns.register(ModelColumn("upwork.Connection", column, always(vault.purpose_of(column))))
