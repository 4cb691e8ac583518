"""The shape of what a person sends about a proposal."""

from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.proposals.enums import Column, Status
from apps.proposals.rules import Answer

QUESTIONS_MOST: Final = 20
TEXT_MOST: Final = 10_000


class BidForm(forms.Form):
    bid = forms.DecimalField(
        label=_("Bid"),
        min_value=Decimal(1),
        max_digits=10,
        decimal_places=2,
        required=False,
        error_messages={"invalid": _("Write an amount, like 62.50."), "min_value": _("The bid is at least 1.")},
        widget=forms.NumberInput(attrs={"min": "1", "step": "0.01", "inputmode": "decimal"}),
    )


class LetterForm(forms.Form):
    """The letter and its answers; `base` names the version that was typed upon, `tab` the page it was typed in.

    Each answer comes with the words of its question, so that a posting that changed meanwhile mixes up nothing.
    """

    base = forms.CharField(required=False, max_length=60)
    tab = forms.CharField(required=False, max_length=32)
    text = forms.CharField(label=_("Letter"), required=False, max_length=TEXT_MOST, strip=False, widget=forms.Textarea)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        text = cleaned.get("text", "").replace("\r\n", "\n")
        return cleaned | {"text": text, "answers": self._answers()}

    def _answers(self) -> list[Answer] | None:
        """`None` where the form had no questions: then the answers stay as they are."""
        answers: list[Answer] = []
        for number in range(QUESTIONS_MOST):
            question = self.data.get(f"question_{number}")
            if question is None:
                break
            answer = self.data.get(f"answer_{number}", "").replace("\r\n", "\n")
            answers.append(Answer(question=question.replace("\r\n", "\n"), answer=answer[:TEXT_MOST]))
        return answers or None


class MoveForm(forms.Form):
    to = forms.ChoiceField(label=_("Move to"), choices=Status.choices)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)


class BoardForm(forms.Form):
    """The filters of the pipeline, from its address."""

    q = forms.CharField(required=False, max_length=100)
    show = forms.ChoiceField(
        required=False, choices=[("", _("All")), ("mine", _("Needs me")), ("week", _("This week"))]
    )
    column = forms.ChoiceField(required=False, choices=[("", _("All")), *Column.choices])
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000)
