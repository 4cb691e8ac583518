from django.urls import path

from apps.notifications import views
from apps.notifications.consumers import LiveConsumer

app_name = "notifications"

urlpatterns = [
    path("", views.notice_list, name="list"),
    path("bell/", views.bell, name="bell"),
    path("read/", views.read_all, name="read-all"),
    path("<uuid:notice_id>/", views.notice_open, name="open"),
    path("preferences/", views.preferences, name="preferences"),
]
websocket_urlpatterns = [path("ws/live/", LiveConsumer.as_asgi())]
