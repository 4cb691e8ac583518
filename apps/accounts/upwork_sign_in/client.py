"""OAuth 2.0 with Upwork for the sign-in, through our guarded door.

Two of Upwork's ways differ from what allauth does: a `scope` parameter is an error, for scopes stand on the key; and the
tokens, good for a day and never refreshed here, are not ours to keep: they are dropped once Upwork has said who it is.
"""

from typing import Any, Final
from urllib.parse import urlencode

import httpx2
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from apps.core import http
from apps.core.errors import OutboundRefusedError

AUTHORIZE_PATH: Final = "/ab/account-security/oauth2/authorize"
WHO_AM_I: Final = "query WhoAmI { user { id name email } }"


class UpworkClient(OAuth2Client):
    def get_redirect_url(self, authorization_url: str, scope: list[str], extra_params: dict[str, str]) -> str:
        asked = {"response_type": "code", "client_id": self.consumer_key, "redirect_uri": self.callback_url}
        return f"{authorization_url}?{urlencode({**asked, 'state': self.state})}"

    def get_access_token(
        self, code: str, pkce_code_verifier: str | None = None, extra_data: dict[str, str] | None = None
    ) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback_url,
            "client_id": self.consumer_key,
            "client_secret": self.consumer_secret,
        }
        answer = _post(self.access_token_url, data=form)
        if not isinstance(answer.get("access_token"), str):
            raise OAuth2Error("Upwork gave no token.")
        return answer


class UpworkAdapter(OAuth2Adapter):
    provider_id = "upwork"
    client_class = UpworkClient

    @property
    def authorize_url(self) -> str:
        return f"{settings.UPWORK_AUTH_URL}{AUTHORIZE_PATH}"

    @property
    def access_token_url(self) -> str:
        return str(settings.UPWORK_TOKEN_URL)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """An application of Upwork's has one callback address: the connection's, which passes our answers on."""
        return request.build_absolute_uri(reverse("upwork:callback"))

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **_: Any) -> SocialLogin:
        headers = {"Authorization": f"Bearer {token.token}"}
        answer = _post(f"{settings.UPWORK_API_URL}/graphql", json={"query": WHO_AM_I}, headers=headers)
        user = (answer.get("data") or {}).get("user") or {}
        token.token = token.token_secret = ""
        if not user.get("id"):
            raise OAuth2Error("Upwork did not say who it is.")
        return self.get_provider().sociallogin_from_response(request, user)


def _post(url: str, **content: Any) -> dict[str, Any]:
    try:
        with http.client(timeout=settings.UPWORK_TIMEOUT_SECONDS) as client:
            response = client.post(url, **content)
        response.raise_for_status()
        answer = response.json()
    except (httpx2.HTTPError, OutboundRefusedError, ValueError) as error:
        raise OAuth2Error(f"Upwork did not answer as it should: {type(error).__name__}") from error
    if not isinstance(answer, dict):
        raise OAuth2Error("Upwork's answer could not be read.")
    return answer
