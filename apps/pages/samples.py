"""Invented content for the gallery and the example on the landing page; marked as such where it shows."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.templatetags.ui import age


@dataclass(frozen=True, slots=True)
class SampleJob:
    score: int
    title: str | Promise
    budget: str | Promise
    terms: str | Promise
    minutes: int
    spent: str
    is_new: bool = False
    is_current: bool = False

    @property
    def age(self) -> str:
        return age(timezone.now() - timedelta(minutes=self.minutes))


JOBS: Final = (
    SampleJob(
        94,
        _("Django + HTMX developer to speed up our checkout"),
        _("$45–70/hr"),
        _("Hourly · 30+ hrs/week"),
        2,
        "$182K",
        True,
        True,
    ),
    SampleJob(
        88,
        _("AI proposal assistant: FastAPI backend and evaluation harness"),
        "$8,000",
        _("Fixed price · 2 milestones"),
        9,
        "$64K",
        True,
    ),
    SampleJob(73, _("Telegram bot with payments and admin panel"), "$1,200", _("Fixed price · 1 milestone"), 41, "$9K"),
    SampleJob(41, _("Someone for a quick WordPress fix, today"), "$30", _("Fixed price"), 60, ""),
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
CLIENT: Final = _("Marta K. · United Kingdom")
DRAFT: Final = (
    (_("Hi Marta, your note about slow checkout caught my eye: I"), _("cut p95 from 2.1 s to 380 ms")),
    (_("for a shop with"), _("the same Stripe and Redis set-up")),
    (_("and would start with a one-day trace of the three slowest steps."), ""),
)
PROOFS: Final = (_("1 Kelmo shop, 2025"), _("2 Stripe, 2024"))
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

SAY: Final = {
    "a_day": "a day",
    "add_a_key": "Add a key",
    "add_a_proof": "Add a proof",
    "all_20": "All 20",
    "and_other_shop_tasks": "“and other shop tasks as they come up”. Agree on a weekly limit.",
    "andrii_k": "Andrii K.",
    "answered_401": "Answered 401.",
    "anthropic": "Anthropic",
    "approve_and_send": "Approve and send",
    "approved": "Approved",
    "archive": "Archive",
    "as_the_client_sees": "As the client sees it",
    "at_least_5_hours": "“at least 5 hours with UK mornings”",
    "being_written": "Being written",
    "bid": "Bid",
    "board": "Board",
    "budget": "Budget",
    "busy": "Busy",
    "change_weights": "Change weights",
    "checks": "Checks",
    "client_key": "Client key",
    "client_spent": "Client spent",
    "competition": "Competition",
    "cut_checkout_p95_from": "Cut checkout p95 from 2.1 s to 380 ms for a shop with 40,000 orders a month.",
    "delete": "Delete",
    "dialog": "Dialog",
    "difficulty": "Difficulty",
    "django": "Django",
    "django_htmx_developer_to": "Django + HTMX developer to speed up our checkout",
    "django_htmx_developer_to_2": "Django + HTMX developer to speed up checkout",
    "django_htmx_postgresql_redis": "“Django, HTMX, PostgreSQL, Redis.”",
    "django_performance_ukraine": "Django performance · Ukraine",
    "draft_letter": "Draft letter",
    "edit": "Edit",
    "factor": "Factor",
    "fair": "Fair",
    "first_lines": "First lines",
    "fit": "Fit",
    "five_to_ten_a": "Five to ten a day is easy to read.",
    "good_measure": "Good measure.",
    "hear_about_85_and": "Hear about 85 and up?",
    "hi_marta_a_checkout": "Hi Marta, a checkout that slows down only above 40 orders a minute is usually",
    "hire_rate": "Hire rate",
    "history": "History",
    "hourly": "Hourly",
    "hourly_rate": "Hourly rate",
    "htmx": "HTMX",
    "in_words": "In words",
    "invented_jobs_that_answer": "Invented jobs that answer like the real API.",
    "job": "Job",
    "job_feed": "Job feed",
    "large": "Large",
    "length": "Length",
    "letter": "Letter",
    "list": "List",
    "live_jobs_through_the": "Live jobs through the official API.",
    "low": "Low",
    "marta_k_leeds_uk": "Marta K. · Leeds, UK",
    "match": "Match",
    "match_60": "Match 60+",
    "moderate": "Moderate",
    "more": "… more",
    "my_upwork_api_key": "My Upwork API key",
    "n2_follow_ups_are": "2 follow-ups are due today.",
    "n3_new_jobs": "3 new jobs",
    "n45_70_hr_2": "$45–70/hr · 2 min",
    "n4_proposals_so_far": "4 proposals so far.",
    "n6_contracts_on_this": "6 contracts on this stack",
    "n6_nov": "6 Nov",
    "names_their_symptom_then": "Names their symptom, then your result",
    "new": "New:",
    "no_fact_of_yours": "No fact of yours supports “cost by 40%”.",
    "nothing_here_yet": "Nothing here yet",
    "nothing_is_sent_with": "Nothing is sent with an open claim.",
    "number_to_quote": "Number to quote",
    "one_line_that_says": "One line that says what this is for.",
    "openai": "OpenAI",
    "passed": "Passed",
    "plain_something_to_know": "Plain: something to know.",
    "points": "Points",
    "price": "Price",
    "proposals": "Proposals",
    "quiet_from_22_00": "Quiet from 22:00.",
    "reasons": "Reasons",
    "remove_it": "Remove it",
    "repair": "Repair",
    "rewrite": "Rewrite",
    "rows": "Rows",
    "scope_may_grow": "Scope may grow.",
    "sending_to_marta_k": "Sending to Marta K. in",
    "sent_6": "Sent 6",
    "sent_after_your_approval": "Sent after your approval.",
    "shorter": "Shorter",
    "shortlist_5": "Shortlist 5",
    "skills": "Skills",
    "skip": "Skip",
    "small": "Small",
    "stop": "Stop",
    "strong_match_few_rivals": "Strong match, few rivals, fair money.",
    "such_jobs_now": "Such jobs now",
    "table": "Table",
    "test": "Test",
    "tested_4_min_ago": "Tested 4 min ago.",
    "the_sandbox_market": "The sandbox market",
    "they_ask_for_your": "They ask for your daily stack",
    "this_one_is_141": "This one is 141 words",
    "today": "Today",
    "today_2": "today",
    "undo": "Undo",
    "upwork_fee_10": "Upwork fee, 10%",
    "use_the_anthropic_key": "Use the Anthropic key",
    "verified": "Verified",
    "versions": "Versions",
    "viewed_by_the_client": "Viewed by the client.",
    "warmer": "Warmer",
    "warmer_close": "Warmer close",
    "weight": "Weight",
    "what": "What",
    "when": "When",
    "why_it_scores_94": "Why it scores 94",
    "words": "words",
    "working_hours_overlap_is": "Working hours overlap is thin",
    "worth_a_bid_today": "Worth a bid today.",
    "write_both": "Write both",
    "yesterday": "Yesterday",
    "you": "You",
    "you_have_done_two": "You have done two of these.",
    "you_receive_an_hour": "You receive an hour",
    "your_edit": "Your edit",
    "your_rate_sits_inside": "Your rate sits inside the range.",
}


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
