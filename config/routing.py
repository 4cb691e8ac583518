"""What stands on the port: pages, the demo's marketplace before them, and sockets. Needs the apps loaded."""

from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

from apps.core.asgi import bounded, guarded
from apps.notifications.urls import websocket_urlpatterns
from config.sandbox import with_sandbox


def route(pages: Any) -> ProtocolTypeRouter:
    return ProtocolTypeRouter(
        {
            "http": with_sandbox(bounded(pages)),
            "websocket": guarded(AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))),
        }
    )
