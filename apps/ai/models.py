"""Texts in the making, and the ledger of every call that made them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.ai.enums import FINISHED, OPEN, Failure, Kind, Outcome, ProviderName, State
from apps.core.tenancy import OwnedModel


class Generation(OwnedModel):
    """One text that was asked for. `facts` is what it is written from, and goes when the work is finished:
    it quotes the marketplace, whose content is not kept longer than it is needed."""

    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("requested by")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.LETTER)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    text = models.TextField(_("text"), blank=True)
    answers = models.JSONField(_("answers"), default=list, blank=True)
    provider = models.CharField(_("provider"), max_length=12, choices=ProviderName.choices, blank=True)
    model = models.CharField(_("model"), max_length=80, blank=True)
    is_sandbox = models.BooleanField(_("from the sandbox"), default=False)
    is_cached = models.BooleanField(_("from the cache"), default=False)
    is_own_key = models.BooleanField(_("on the person's own key"), default=False)
    error = models.CharField(_("error"), max_length=12, choices=Failure.choices, blank=True)
    expected_cost = models.DecimalField(_("expected cost, USD"), max_digits=10, decimal_places=6, null=True)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_requested_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("generation")
        verbose_name_plural = _("generations")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="generation_by_owner"),
            models.Index(fields=["owner", "fingerprint", "-finished_at"], name="generation_by_fingerprint"),
            models.Index(fields=["claimed_until"], condition=Q(state__in=OPEN), name="generation_open"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="generation_kind_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="generation_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, finished_at=None) | Q(state__in=FINISHED, finished_at__isnull=False),
                name="generation_finished_at_fits_state",
            ),
            models.CheckConstraint(
                condition=Q(state=State.FAILED, error__in=Failure.values) | (~Q(state=State.FAILED) & Q(error="")),
                name="generation_error_fits_state",
            ),
            models.CheckConstraint(condition=Q(state__in=OPEN) | Q(facts={}), name="generation_facts_go_when_finished"),
            models.CheckConstraint(condition=~Q(state=State.DONE) | ~Q(text=""), name="generation_done_has_text"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class LedgerEntry(OwnedModel):
    """One call of a provider: who, what, how long, how much. Rows are only ever added (a trigger refuses changes)."""

    generation = models.ForeignKey(Generation, on_delete=models.RESTRICT, related_name="ledger")
    number = models.PositiveSmallIntegerField(_("number"))
    provider = models.CharField(_("provider"), max_length=12, choices=ProviderName.choices)
    model = models.CharField(_("model"), max_length=80)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Kind.choices)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    error = models.CharField(_("error"), max_length=12, choices=Failure.choices, blank=True)
    prompt_tokens = models.PositiveIntegerField(_("prompt tokens"), default=0)
    completion_tokens = models.PositiveIntegerField(_("completion tokens"), default=0)
    is_estimate = models.BooleanField(
        _("tokens estimated"), default=False, help_text=_("The call ended before the provider named its usage.")
    )
    is_sandbox = models.BooleanField(_("sandbox"), default=False)
    is_own_key = models.BooleanField(
        _("on the person's own key"), default=False, help_text=_("The installation paid nothing for it.")
    )
    cost = models.DecimalField(
        _("cost, USD"), max_digits=10, decimal_places=6, null=True, help_text=_("Empty: the price is not known.")
    )
    latency_ms = models.PositiveIntegerField(_("duration, ms"), default=0)
    first_token_ms = models.PositiveIntegerField(_("to the first word, ms"), null=True)

    class Meta:
        verbose_name = _("AI call")
        verbose_name_plural = _("AI calls")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["owner", "-created_at"], name="ledger_by_owner")]
        constraints = [
            models.UniqueConstraint(fields=["generation", "number"], name="ledger_number_once"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="ledger_outcome_known"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.FAILED, error__in=Failure.values)
                | (~Q(outcome=Outcome.FAILED) & Q(error="")),
                name="ledger_error_fits_outcome",
            ),
            models.CheckConstraint(condition=Q(cost=None) | Q(cost__gte=0), name="ledger_cost_not_negative"),
            models.CheckConstraint(
                condition=Q(first_token_ms=None) | Q(first_token_ms__lte=F("latency_ms")), name="ledger_times_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.model}"
