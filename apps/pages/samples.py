"""Invented content for the gallery; nothing here reaches a person's own pages."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django import forms


@dataclass(frozen=True, slots=True)
class SampleJob:
    score: int
    title: str
    budget: str
    terms: str
    age: str
    spent: str
    is_new: bool = False
    is_current: bool = False


JOBS: Final = (
    SampleJob(
        94,
        "Django + HTMX developer to speed up our checkout (long-term)",
        "$45–70/hr",
        "Hourly · 30+ hrs/week",
        "2 min",
        "$182K",
        True,
        True,
    ),
    SampleJob(
        88,
        "AI proposal assistant: FastAPI backend and evaluation harness",
        "$8,000",
        "Fixed price · 2 milestones",
        "9 min",
        "$64K",
        True,
    ),
    SampleJob(73, "Telegram bot with payments and admin panel", "$1,200", "Fixed price · 1 milestone", "41 min", "$9K"),
    SampleJob(41, "Someone for a quick WordPress fix, today", "$30", "Fixed price", "1 hr", ""),
)
FACTORS: Final = (
    ("Skills", "5 of 5 asked skills proven", 35, 100, Decimal("35.0"), "0%", "35%"),
    ("Client", "86% hire rate, 4.9 stars", 25, 95, Decimal("23.8"), "35.4%", "23.6%"),
    ("Rate", "Your $62 sits inside $45–70", 20, 87, Decimal("17.4"), "59.4%", "17.2%"),
    ("Competition", "4 proposals so far", 10, 95, Decimal("9.5"), "77%", "9.3%"),
    ("Freshness", "Posted 2 minutes ago", 10, 100, Decimal("8.3"), "86.7%", "8%"),
)
LETTER: Final = (
    "Hi Marta, a checkout that slows down only above 40 orders a minute is usually waiting on database locks, not on"
    " Python. I found exactly that at Northpeak and cut checkout p95 from 2.1 s to 380 ms in three weeks, with no downtime"
    " at 1,900 orders a day.\n\nHow I would start: one day of tracing on your three slowest endpoints and a one-page"
    " report you keep either way.\n\nDoes the slowdown come with your sale campaigns, or every evening?"
)
ARTS: Final = ("search", "filter", "letter", "link", "facts", "done", "watch")
COLUMNS: Final = (
    (
        "Shortlist",
        (("Audit a Django REST API before launch", "Priya S. · $2,500", 79, "warn", "clock", "Closes in 2 days"),),
    ),
    (
        "Drafting",
        (
            (
                "Speed up our checkout, Django + HTMX",
                "Marta K. · $62/hr",
                94,
                "accent",
                "circle-check",
                "Waits for approval",
            ),
        ),
    ),
    ("Sent", (("Move 2 million rows to PostgreSQL", "Haldane Co. · $4,000", 85, "good", "eye", "Viewed 2 hr ago"),)),
    ("Talking", ()),
    ("Hired", ()),
    ("Closed", ()),
)
COLOURS: Final = ("canvas", "surface", "sunken", "line", "text", "text-2", "text-3", "accent", "good", "warn", "bad")
ICONS: Final = (
    "inbox",
    "square-kanban",
    "badge-check",
    "settings",
    "sparkles",
    "send",
    "bookmark",
    "search",
    "bell",
    "zap",
    "flag",
    "coins",
)
SAMPLE_INPUT: Final = {"title": "", "about": "I build and speed up Django products.", "kind": "hourly", "alerts": True}


class SampleForm(forms.Form):
    title = forms.CharField(label="Title")
    country = forms.ChoiceField(label="Country", choices=[("ua", "Ukraine"), ("uk", "United Kingdom")], required=False)
    about = forms.CharField(
        label="About you", widget=forms.Textarea, required=False, help_text="Sets the voice. It is not proof."
    )
    kind = forms.ChoiceField(
        label="Payment", choices=[("any", "Any"), ("hourly", "Hourly"), ("fixed", "Fixed")], widget=forms.RadioSelect
    )
    alerts = forms.BooleanField(label="Tell me about new jobs", required=False, help_text="On this page and by mail.")
