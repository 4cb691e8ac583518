from django.apps import AppConfig

from apps.upwork import purgers


class JobsConfig(AppConfig):
    name = "apps.jobs"

    def ready(self) -> None:
        from apps.jobs import privacy  # noqa: PLC0415 models are loaded by now
        from apps.jobs.services import purge  # noqa: PLC0415 as above

        purgers.register(purge.purge_owner)
        privacy.register()
