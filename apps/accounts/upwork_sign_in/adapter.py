"""Where allauth asks the product about linked accounts."""

from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.enums import SIGN_IN_STATE
from apps.accounts.models import User
from apps.accounts.upwork_sign_in.provider import UpworkProvider


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The installation's own application, from its settings; none, and there is no such sign-in."""
        if not settings.UPWORK_CLIENT_ID:
            return []
        name, key, secret = UpworkProvider.name, settings.UPWORK_CLIENT_ID, settings.UPWORK_CLIENT_SECRET
        return [SocialApp(provider=UpworkProvider.id, name=name, client_id=key, secret=secret)]

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        try:
            return super().get_app(request, provider, client_id)
        except SocialApp.DoesNotExist:
            raise Http404 from None

    def generate_state_param(self, state: dict[str, Any]) -> str:
        """By its beginning the one callback address knows whose answer it holds."""
        return SIGN_IN_STATE + str(super().generate_state_param(state))

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: object) -> str:
        return reverse("accounts:security")

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """A person who signs up through Upwork gets all that others get."""
        if form is None:
            get_account_adapter(request).register(request, sociallogin.user)
        user: User = super().save_user(request, sociallogin, form)
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Count an answer that was asked for to confirm who is signed in here."""
        if sociallogin.state.get("process") != AuthProcess.REDIRECT or not request.user.is_authenticated:
            return
        if sociallogin.is_existing and sociallogin.user == request.user:
            account = sociallogin.account
            how = {"provider": account.provider, "uid": account.uid, "reauthenticated": True}
            record_authentication(request, sociallogin.user, "socialaccount", **how)
        else:
            messages.error(request, _("That is another Upwork account than the one linked here."))
