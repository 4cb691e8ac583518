"""Sockets under ASGI; on a laptop the pages too, on the same port."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
pages = get_asgi_application()

from config.routing import route  # noqa: E402 the line above loads the apps, which this needs

application = route(pages)
