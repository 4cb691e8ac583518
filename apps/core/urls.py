from django.urls import path

from apps.core import views

app_name = "core"

urlpatterns = [
    path("", views.ready, name="health"),
    path("live/", views.live, name="health-live"),
    path("csp/", views.policy_report, name="policy-report"),
]
