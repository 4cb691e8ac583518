"""Included by allauth among its own addresses."""

from allauth.socialaccount.providers.oauth2.urls import default_urlpatterns

from apps.accounts.upwork_sign_in.provider import UpworkProvider

urlpatterns = default_urlpatterns(UpworkProvider)
