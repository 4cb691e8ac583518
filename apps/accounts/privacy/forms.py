"""The one field that keeps an account from being erased by mistake."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class EraseForm(forms.Form):
    email = forms.CharField(
        label=gettext_lazy("Type your e-mail to confirm"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email", "spellcheck": "false"}),
    )

    def __init__(self, *args: object, owner_email: str, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # Django's own
        self.owner_email = owner_email
        self.fields["email"].widget.attrs["placeholder"] = owner_email

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"].strip()
        if typed.casefold() != self.owner_email.casefold():
            raise forms.ValidationError(_("This is not the address of your account."))
        return typed
