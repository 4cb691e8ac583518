"""The people of the demo: a freelancer, a member of staff, and what the freelancer can prove."""

from decimal import Decimal
from typing import Final

from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.utils import timezone

from apps.accounts.models import PortfolioItem, Profile, Settings, User
from apps.accounts.roles import Role
from apps.core.tenancy import owner_scope

FREELANCER: Final = ("demo@bidwright.example", "Demo-pass-2026!")
STAFF: Final = ("staff@bidwright.example", "Staff-pass-2026!")

PROFILE: Final[dict[str, object]] = {
    "first_name": "Andrii",
    "last_name": "Kovalenko",
    "title": "Python and Django developer for slow or growing web products",
    "overview": (
        "I make Django products fast and dependable. For nine years I have built and repaired web back ends: "
        "payment flows, data pipelines, APIs that other teams rely on. I measure first, change one thing at a time, "
        "and leave you with tests and a short note that explains what was done and why."
    ),
    "skills": [
        "Python",
        "Django",
        "PostgreSQL",
        "HTMX",
        "Redis",
        "Celery",
        "REST API",
        "Docker",
        "Stripe",
        "FastAPI",
        "Web Scraping",
        "Data Engineering",
    ],
    "hourly_rate": Decimal(62),
    "experience": "expert",
    "languages": ["English (fluent)", "Ukrainian (native)", "Polish (conversational)"],
    "country": "Ukraine",
}

PORTFOLIO: Final[tuple[dict[str, object], ...]] = (
    {
        "title": "Checkout of a bike-parts shop",
        "description": "Profiled a Django checkout under load and removed lock waits in the payment step.",
        "outcome": "Slowest 5 % of checkouts went from 2.1 s to 380 ms in three weeks, with no downtime",
        "skills": ["Django", "PostgreSQL", "Stripe"],
        "year": 2025,
    },
    {
        "title": "Nightly import for a customs broker",
        "description": "Rebuilt an import of declarations as resumable Celery steps with a report for each run.",
        "outcome": "4.2 million rows a night in 38 minutes instead of 6 hours; no lost run in a year",
        "skills": ["Python", "Celery", "Data Engineering", "PostgreSQL"],
        "year": 2024,
    },
    {
        "title": "From React to HTMX for two shops",
        "description": "Moved product pages to server-rendered Django templates with HTMX.",
        "outcome": "Page weight fell by 52 %, and the team stopped maintaining a second code base",
        "skills": ["Django", "HTMX", "Redis"],
        "year": 2024,
    },
    {
        "title": "Booking API for a clinic network",
        "description": "Designed and built a documented REST API for eleven clinics and their partners.",
        "outcome": "31 endpoints, 99.97 % availability over 14 months, partners connected in two days each",
        "skills": ["REST API", "Django", "Docker"],
        "year": 2023,
    },
    {
        "title": "Price watcher for 40 suppliers",
        "description": "Wrote polite, fault-tolerant scrapers with change alerts and a review screen.",
        "outcome": "12,000 products checked daily; pricing errors noticed within an hour instead of a week",
        "skills": ["Python", "Web Scraping", "FastAPI"],
        "year": 2022,
    },
    {
        "title": "Fraud rules for a payment company",
        "description": "Under a non-disclosure agreement.",
        "outcome": "Chargebacks down by a third",
        "skills": ["Python"],
        "year": 2023,
        "is_confidential": True,
    },
)


def make_freelancer(*, with_profile: bool) -> User:
    """The demo freelancer with a verified address; with a profile and proofs unless the world is to be empty."""
    email, password = FREELANCER
    user = _person(email, password, time_zone="Europe/Kyiv")
    if with_profile:
        with owner_scope(user.pk):
            Profile.objects.update(**PROFILE)
            Settings.objects.update(onboarded_at=timezone.now())
            PortfolioItem.objects.bulk_create(PortfolioItem(owner=user, **item) for item in PORTFOLIO)
    return user


def make_staff() -> User:
    """A member of staff whose second factor is already set; `demo_code` prints its current code."""
    email, password = STAFF
    user = _person(email, password, role=Role.ADMINISTRATOR)
    totp.TOTP.activate(user, totp.generate_totp_secret())
    return user


def current_code() -> str:
    """The six digits that the staff member's authenticator would show now."""
    factor = Authenticator.objects.get(user__email=STAFF[0], type=Authenticator.Type.TOTP)
    secret = get_adapter().decrypt(factor.data["secret"])
    counters = list(totp.yield_hotp_counters_from_time())
    return str(totp.format_hotp_value(totp.hotp_value(secret, counters[len(counters) // 2])))


def _person(email: str, password: str, **fields: object) -> User:
    user = User.objects.create_user(email, password, **fields)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user
