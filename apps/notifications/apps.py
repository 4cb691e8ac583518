from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "apps.notifications"

    def ready(self) -> None:
        from apps.core import rail  # noqa: PLC0415 models are not loaded before
        from apps.notifications import selectors  # noqa: PLC0415 models are not loaded before

        rail.register("unread_notices", lambda request: selectors.unread_count(request.user.pk or 0))
