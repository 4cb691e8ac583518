from django.urls import path

from apps.accounts import views
from apps.accounts.acting import views as acting
from apps.accounts.audit import views as audit
from apps.accounts.privacy import views as privacy
from apps.accounts.security import views as security
from apps.accounts.upwork_sign_in import views as upwork
from apps.accounts.vault import views as vault

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
    path("keys/", vault.key_list, name="key-list"),
    path("keys/new/", vault.key_create, name="key-create"),
    path("keys/<uuid:key_id>/", vault.key_edit, name="key-edit"),
    path("keys/<uuid:key_id>/test/", vault.key_test, name="key-test"),
    path("keys/<uuid:key_id>/switch/", vault.key_switch, name="key-switch"),
    path("keys/<uuid:key_id>/delete/", vault.key_delete, name="key-delete"),
    path("activity/", audit.activity, name="activity"),
    path("activity/export/", audit.activity_export, name="activity-export"),
    path("security/", security.security, name="security"),
    path("security/upwork/link/", upwork.link, name="upwork-link"),
    path("security/upwork/unlink/", upwork.unlink, name="upwork-unlink"),
    path("security/confirm/", upwork.confirm, name="confirm"),
    path("security/confirmed/", upwork.confirmed, name="confirmed"),
    path("security/not-me/<str:token>/", security.not_me, name="not-me"),
    path("security/sessions/<uuid:session_id>/end/", security.session_end, name="session-end"),
    path("security/sessions/end-others/", security.session_end_others, name="session-end-others"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("privacy/archives/", privacy.export_create, name="export-create"),
    path("privacy/archives/<uuid:export_id>/", privacy.export_download, name="export-download"),
    path("privacy/erase/", privacy.erasure_create, name="erasure-create"),
    path("privacy/keep/", privacy.erasure_cancel, name="erasure-cancel"),
    path("acting/end/", acting.acting_end, name="acting-end"),
    path("theme/", views.theme, name="theme"),
    path("language/", views.language, name="language"),
    path("second-factor/qr/", views.second_factor_qr, name="second-factor-qr"),
]
