from django.urls import path

from apps.jobs.onboarding import views

app_name = "welcome"

urlpatterns = [
    path("", views.skills, name="skills"),
    path("search/", views.search, name="search"),
    path("connect/", views.connect, name="connect"),
    path("done/", views.done, name="done"),
]
