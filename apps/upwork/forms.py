"""Input of the connection page."""

from django import forms
from django.utils.translation import gettext_lazy as _


class OwnKeyForm(forms.Form):
    """A person's own application key; the secret is never shown again."""

    client_id = forms.CharField(label=_("Application key"), max_length=120, strip=True)
    client_secret = forms.CharField(
        label=_("Secret"),
        max_length=200,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept encrypted and never shown again."),
    )
