from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "apps.jobs"

    def ready(self) -> None:
        from apps.jobs.services import purge  # noqa: PLC0415 models are loaded by now
        from apps.upwork import purgers  # noqa: PLC0415 as above

        purgers.register(purge.purge_owner)
