"""Make a believable world: `manage.py demo --stage empty|week|season --seed N`."""

from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import User
from apps.core.tenancy import owner_scope
from apps.jobs.models import SavedSearch
from apps.jobs.services import searches, sync
from apps.ops.demo import market as demo_market
from apps.ops.demo import people
from apps.ops.demo.guard import ensure_demo
from apps.ops.demo.season import make_season
from apps.upwork import services as upwork
from apps.upwork.enums import KeyChoice
from apps.upwork.sandbox.market import Market

STAGES: Final = ("empty", "week", "season")
SEARCHES: Final[tuple[dict[str, Any], ...]] = (
    {"name": "Django", "skills": ["Django", "Python"], "alert_threshold": 60},
    {"name": "Data pipelines", "any_words": ["pipeline", "etl", "scraping", "scraper"], "alert_threshold": 65},
    {"name": "APIs and integrations", "any_words": ["api", "integration", "webhook"], "exclude_words": ["wordpress"]},
)


class Command(BaseCommand):
    help = "Make the demo world: people, a connection to the sandbox, searches, jobs and a season of proposals."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--stage", choices=STAGES, default="season", help="how much has happened already")
        parser.add_argument("--seed", type=int, default=1, help="equal seeds make equal worlds")
        parser.add_argument("--once", action="store_true", help="do nothing when the world is there already")

    def handle(self, *_arguments: Any, stage: str, seed: int, once: bool, **_options: Any) -> None:
        ensure_demo()
        if _is_made():
            if not once:
                self.stderr.write("The demo world is there already. `make clean` removes it.")
            return
        self.stdout.write("Making the demo world…")
        self.stdout.flush()
        _remove_half_made()
        user = people.make_freelancer(with_profile=stage != "empty")
        if stage != "empty":
            self._make_week(user, stage=stage, seed=seed)
        people.make_staff()
        self.stdout.write(f"The demo world is ready ({stage}).")

    def _make_week(self, user: User, *, stage: str, seed: int) -> None:
        """Connect to the sandbox over HTTP, as a person would, and let the real sync fill the feed."""
        with owner_scope(user.pk):
            redirect_uri = settings.BASE_URL + reverse("upwork:callback")
            attempt = upwork.start_attempt(
                owner_id=user.pk, choice=KeyChoice.INSTALLATION, redirect_uri=redirect_uri, next_url="/"
            )
            code = demo_market.consent(freelancer="akovalenko", redirect_uri=redirect_uri)
            upwork.connect(owner_id=user.pk, attempt=attempt, state=attempt.state, code=code)
            for search in SEARCHES:
                searches.create_search(actor=user, fields=search)
            if stage == "season":
                make_season(user=user, market=Market.open(Path(settings.SANDBOX_DATABASE)), seed=seed)
            for search_id in SavedSearch.objects.values_list("pk", flat=True):
                sync.sync_search(search_id=search_id)


def _remove_half_made() -> None:
    """What a start that was broken off has left."""
    if user := User.objects.filter(email=people.FREELANCER[0]).first():
        with owner_scope(user.pk):
            user.delete()


def _is_made() -> bool:
    """The staff log-in is made last. Whoever has signed in had a whole world, also when staff's address changed since."""
    has_signed_in = Q(email=people.FREELANCER[0], last_login__isnull=False)
    return User.objects.filter(Q(email=people.STAFF[0]) | has_signed_in).exists()
