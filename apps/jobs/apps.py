from django.apps import AppConfig

from apps.upwork import purgers


class JobsConfig(AppConfig):
    name = "apps.jobs"

    def ready(self) -> None:
        from apps.jobs.services import purge  # noqa: PLC0415 models are loaded by now

        purgers.register(purge.purge_owner)
