from django.contrib import admin
from django.urls import path

from apps.pages import views

app_name = "pages"

urlpatterns = [
    path("", views.landing, name="landing"),
    path("privacy/", views.privacy, name="privacy"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("admin/gallery/", admin.site.admin_view(views.gallery), name="gallery"),
]
