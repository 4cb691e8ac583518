"""The matrix of events and channels."""

from collections.abc import Mapping
from typing import Any

from django import forms

from apps.notifications.catalogue import CATALOGUE
from apps.notifications.enums import Channel


class PreferencesForm(forms.Form):
    """A box for each event and channel, named `event:channel`."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, on: dict[str, set[Channel]]) -> None:
        super().__init__(data)
        for event, entry in CATALOGUE.items():
            for channel in Channel:
                self.fields[f"{event}:{channel}"] = forms.BooleanField(
                    label=channel.label,
                    required=False,
                    initial=channel in on[event],
                    disabled=channel in entry.fixed,
                )

    @property
    def rows(self) -> list[dict[str, object]]:
        """What the table shows: the event, its explanation and its boxes."""
        return [
            {
                "event": entry.event.label,
                "hint": entry.hint,
                "boxes": [self[f"{event}:{channel}"] for channel in Channel],
            }
            for event, entry in CATALOGUE.items()
        ]

    @property
    def wanted(self) -> dict[str, list[str]]:
        return {
            event: [channel for channel in Channel if self.cleaned_data[f"{event}:{channel}"]] for event in CATALOGUE
        }
