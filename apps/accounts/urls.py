from django.urls import path

from apps.accounts import views
from apps.accounts.audit import views as audit

app_name = "accounts"

urlpatterns = [
    path("", views.index, name="settings"),
    path("profile/", views.profile, name="profile"),
    path("profile/picture/", views.profile_picture, name="profile-picture"),
    path("proofs/", views.portfolio_list, name="portfolio-list"),
    path("proofs/new/", views.portfolio_create, name="portfolio-create"),
    path("proofs/<uuid:item_id>/", views.portfolio_edit, name="portfolio-edit"),
    path("proofs/<uuid:item_id>/delete/", views.portfolio_delete, name="portfolio-delete"),
    path("proofs/<uuid:item_id>/picture/", views.portfolio_picture, name="portfolio-picture"),
    path("preferences/", views.preferences, name="preferences"),
    path("ai/", views.ai, name="ai"),
    path("activity/", audit.activity, name="activity"),
    path("activity/export/", audit.activity_export, name="activity-export"),
    path("theme/", views.theme, name="theme"),
    path("language/", views.language, name="language"),
    path("second-factor/qr/", views.second_factor_qr, name="second-factor-qr"),
]
