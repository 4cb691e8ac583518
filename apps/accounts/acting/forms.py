"""Why staff want to act for a person."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("The person reads it in their activity, with your acts and their times."),
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
