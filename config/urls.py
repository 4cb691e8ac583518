"""Every address of the product."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", include("apps.pages.urls")),
    path("accounts/2fa/", RedirectView.as_view(pattern_name="accounts:security"), name="mfa_index"),  # one page for all
    path(
        "accounts/3rdparty/", RedirectView.as_view(pattern_name="accounts:security"), name="socialaccount_connections"
    ),
    path("accounts/", include("allauth.urls")),
    path("settings/", include("apps.accounts.urls")),
    path("settings/upwork/", include("apps.upwork.urls")),
    path("notifications/", include("apps.notifications.urls")),
    path("jobs/", include("apps.jobs.urls")),
    path("welcome/", include("apps.jobs.onboarding.urls")),
    path("proposals/", include("apps.proposals.urls")),
    path("health/", include("apps.core.urls")),
    path("admin/", admin.site.urls),
]
if settings.DEMO:
    urlpatterns.append(path("sandbox/", include("apps.ops.urls")))

handler400 = "apps.pages.views.bad_request"
handler403 = "apps.pages.views.forbidden"
handler404 = "apps.pages.views.not_found"
handler429 = "apps.pages.views.too_many"  # asked for by allauth's rate limits
handler500 = "apps.pages.views.server_error"
