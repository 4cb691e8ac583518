"""Jobs, who has seen them, what is searched for, and what matched."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.enums import Experience
from apps.core.tenancy import OwnedModel, OwnedOrSharedManager
from apps.jobs.enums import HideReason, Kind, Source
from apps.jobs.scoring import PARTS, Weights

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def _words(label: "StrOrPromise") -> "ArrayField[Any, Any]":
    return ArrayField(models.CharField(max_length=80), verbose_name=label, default=list, blank=True, size=30)


def _amount(label: "StrOrPromise", *, max_digits: int) -> "models.DecimalField[Any, Any]":
    return models.DecimalField(
        label, max_digits=max_digits, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )


class Client(models.Model):
    """A client across postings, known by a keyed hash alone: the memory that outlives the content."""

    key = models.CharField(max_length=64, unique=True)
    first_seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        constraints = [models.CheckConstraint(condition=~models.Q(key=""), name="client_has_key")]

    def __str__(self) -> str:
        return self.key[:12]


def has_content(prefix: str = "", *, now: datetime | None = None) -> models.Q:
    """The condition for jobs whose texts may be shown: neither emptied nor, where the sweep is late, overdue."""
    unexpired = models.Q(**{f"{prefix}content_expires_at": None}) | models.Q(
        **{f"{prefix}content_expires_at__gt": now or timezone.now()}
    )
    return models.Q(**{f"{prefix}content_purged_at": None}) & unexpired


class Job(models.Model):
    """A posting of the marketplace (no owner) or one that a person brought along (their own).

    Content expires: at `content_expires_at` the texts and the client's facts are blanked, and what stays is
    the tombstone that keeps anything from alerting twice.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", null=True, blank=True
    )
    source = models.CharField(max_length=8, choices=Source.choices)
    upwork_id = models.CharField(max_length=40, blank=True)
    ciphertext = models.CharField(max_length=60, blank=True)

    title = models.CharField(_("title"), max_length=300, blank=True)
    description = models.TextField(_("description"), blank=True)
    skills = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    questions = ArrayField(models.TextField(), default=list, blank=True)
    search_vector = SearchVectorField(null=True)

    category = models.CharField(max_length=80, blank=True)
    subcategory = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    hourly_min = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    hourly_max = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    fixed_budget = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="USD")
    experience = models.CharField(max_length=12, choices=Experience.choices, blank=True)
    duration = models.CharField(max_length=40, blank=True)
    workload = models.CharField(max_length=60, blank=True)
    applicants = models.PositiveIntegerField(null=True, blank=True)
    freelancers_to_hire = models.PositiveIntegerField(default=1)
    preferred_countries = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    cover_letter_required = models.BooleanField(default=True)

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="jobs", null=True, blank=True)
    client_country = models.CharField(max_length=60, blank=True)
    client_city = models.CharField(max_length=80, blank=True)
    client_hires = models.PositiveIntegerField(default=0)
    client_posted = models.PositiveIntegerField(default=0)
    client_reviews = models.PositiveIntegerField(default=0)
    client_rating = models.FloatField(null=True, blank=True)
    client_spent = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    client_verified = models.BooleanField(default=False)

    posted_at = models.DateTimeField()
    renewed_at = models.DateTimeField(null=True, blank=True)
    first_seen_at = models.DateTimeField(default=timezone.now)
    fetched_at = models.DateTimeField(default=timezone.now)
    revised_at = models.DateTimeField(null=True, blank=True)
    content_expires_at = models.DateTimeField(null=True, blank=True)
    content_purged_at = models.DateTimeField(null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    simhash = models.BigIntegerField(null=True, blank=True)

    objects: ClassVar[models.Manager["Job"]] = OwnedOrSharedManager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["upwork_id"], condition=models.Q(owner=None), name="job_upwork_id_once_in_catalogue"
            ),
            models.UniqueConstraint(
                fields=["owner", "upwork_id"],
                condition=models.Q(owner__isnull=False) & ~models.Q(upwork_id=""),
                name="job_upwork_id_once_for_owner",
            ),
            models.CheckConstraint(
                condition=models.Q(owner__isnull=False) | ~models.Q(upwork_id=""), name="job_shared_has_upwork_id"
            ),
            models.CheckConstraint(
                condition=models.Q(content_purged_at=None) | models.Q(title="", description=""),
                name="job_purged_is_blank",
            ),
        ]
        indexes = [
            models.Index(fields=["-posted_at", "-id"], name="job_newest"),
            GinIndex(fields=["search_vector"], name="job_search"),
            models.Index(
                fields=["content_expires_at"], condition=models.Q(content_purged_at=None), name="job_content_expiring"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.upwork_id}" if self.upwork_id else str(self.public_id)

    @property
    def is_purged(self) -> bool:
        """No text to show to anybody: it is gone, or its time is over and the sweep is late."""
        is_over = self.content_expires_at is not None and self.content_expires_at <= timezone.now()
        return is_over or self.content_purged_at is not None


class SavedSearch(OwnedModel):
    """What a person wants to hear about; synced when due, by one worker at a time."""

    name = models.CharField(_("name"), max_length=80)
    all_words = _words(_("all of these words"))
    any_words = _words(_("any of these words"))
    phrases = _words(_("exact phrases"))
    exclude_words = _words(_("none of these words"))
    skills = _words(_("any of these skills"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, blank=True)
    hourly_least = _amount(_("hourly rate from"), max_digits=8)
    fixed_least = _amount(_("budget from"), max_digits=10)
    experience = models.CharField(_("experience"), max_length=12, choices=Experience.choices, blank=True)
    verified_only = models.BooleanField(_("payment verified"), default=False)
    client_spent_least = _amount(_("client spent from"), max_digits=12)
    client_rating_least = models.FloatField(
        _("client rating from"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(5)]
    )
    applicants_most = models.PositiveIntegerField(_("proposals up to"), null=True, blank=True)
    exclude_countries = _words(_("not from these countries"))
    alert_threshold = models.PositiveSmallIntegerField(
        _("alert from score"), default=60, validators=[MaxValueValidator(100)]
    )
    is_active = models.BooleanField(_("active"), default=True)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    synced_at = models.DateTimeField(null=True, blank=True)
    newest_posted_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_search_name_once"),
            models.CheckConstraint(condition=models.Q(alert_threshold__lte=100), name="saved_search_threshold_to_100"),
            models.CheckConstraint(condition=~models.Q(name=""), name="saved_search_has_name"),
        ]
        indexes = [
            models.Index(fields=["owner", "name"], name="saved_search_by_owner"),
            models.Index(fields=["due_at"], condition=models.Q(is_active=True), name="saved_search_due"),
        ]

    def __str__(self) -> str:
        return self.name


class Sighting(OwnedModel):
    """This person's key was shown this job: the only way to see a posting of the shared catalogue.

    `matched_at` is empty until the job was tested against this person's searches: that is the work still to do.
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="sightings")
    fetched_at = models.DateTimeField(default=timezone.now)
    matched_at = models.DateTimeField(null=True, blank=True)
    has_applied = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("sighting")
        verbose_name_plural = _("sightings")
        constraints = [models.UniqueConstraint(fields=["owner", "job"], name="sighting_once")]
        indexes = [
            models.Index(fields=["owner", "-fetched_at"], name="sighting_by_owner"),
            models.Index(fields=["job"], condition=models.Q(matched_at=None), name="sighting_waiting"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Match(OwnedModel):
    """A job that passed at least one of the person's searches, with its score and the person's marks.

    `parts` is the score taken apart: a list of {key, weight, fit (0..1), points, reason, values}. `purged_at` says
    that this person may no longer see the content, whatever others may.
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="matches")
    posted_at = models.DateTimeField()
    score = models.PositiveSmallIntegerField()
    parts = models.JSONField(default=list)
    search_ids = ArrayField(models.BigIntegerField(), default=list)
    opened_at = models.DateTimeField(null=True, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_reason = models.CharField(max_length=20, choices=HideReason.choices, blank=True)
    notified_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        constraints = [
            models.UniqueConstraint(fields=["owner", "job"], name="match_once"),
            models.CheckConstraint(condition=models.Q(score__lte=100), name="match_score_to_100"),
            models.CheckConstraint(
                condition=models.Q(hidden_reason="") | models.Q(hidden_at__isnull=False),
                name="match_reason_when_hidden",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-posted_at", "-id"], name="match_newest"),
            models.Index(fields=["owner", "-score", "-id"], name="match_best"),
            GinIndex(fields=["search_ids"], name="match_searches"),
        ]

    def __str__(self) -> str:
        return f"{self.score}"

    @property
    def is_purged(self) -> bool:
        return self.purged_at is not None or self.job.is_purged


def _weight(label: "StrOrPromise", default: int) -> "models.PositiveSmallIntegerField[Any, Any]":
    return models.PositiveSmallIntegerField(label, default=default, validators=[MaxValueValidator(100)])


class ScoreWeights(OwnedModel):
    """How much each part of the score counts for this person; their own choice, shown and changeable."""

    skills = _weight(_("skills"), 40)
    rate = _weight(_("rate"), 20)
    client = _weight(_("client"), 20)
    competition = _weight(_("competition"), 10)
    freshness = _weight(_("freshness"), 10)

    class Meta:
        verbose_name = _("score weights")
        verbose_name_plural = _("score weights")
        constraints = [
            models.UniqueConstraint(fields=["owner"], name="weights_one_for_each_owner"),
            models.CheckConstraint(
                condition=models.Q(skills__gt=0)
                | models.Q(rate__gt=0)
                | models.Q(client__gt=0)
                | models.Q(competition__gt=0)
                | models.Q(freshness__gt=0),
                name="weights_not_all_zero",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def weights(self) -> Weights:
        return Weights(**{part: getattr(self, part) for part in PARTS})
