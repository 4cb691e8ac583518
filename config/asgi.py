"""Sockets under ASGI; on a laptop the pages too, on the same port."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
pages = get_asgi_application()  # loads the apps: what follows needs them

# isort: split
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402

from apps.notifications.urls import websocket_urlpatterns  # noqa: E402
from config.sandbox import with_sandbox  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": with_sandbox(pages),
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
    }
)
