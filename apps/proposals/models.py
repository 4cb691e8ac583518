"""Proposals, the versions of their letters, who approved which text, and the way of each."""

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.ai.models import Generation
from apps.core.tenancy import OwnedManager, OwnedModel
from apps.jobs.enums import Kind
from apps.jobs.models import Job
from apps.proposals.enums import ChangeSource, SendState, SentVia, Status, VersionSource

_SENT = (Status.SENT, Status.VIEWED, Status.REPLIED, Status.INTERVIEW, Status.OFFER, Status.HIRED, Status.LOST)


class Proposal(OwnedModel):
    """One person's bid for one job.

    `title` and `job_facts` are the person's own copy of the posting, from approving on; before, and after an approval
    that led to nothing, a page shows the job itself, as long as its content may be kept. `send_after` is the undo window;
    `send_state` says where the one attempt stands, and `claimed_until` which worker makes it.
    """

    job = models.ForeignKey(Job, on_delete=models.RESTRICT, related_name="proposals")
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    moved_at = models.DateTimeField(default=timezone.now)
    title = models.CharField(max_length=300, blank=True)
    job_facts = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    kind = models.CharField(max_length=6, choices=Kind.choices)
    bid_amount = models.DecimalField(
        _("bid"), max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(1)]
    )
    currency = models.CharField(max_length=3, default="USD")

    generation = models.OneToOneField(
        Generation, on_delete=models.RESTRICT, related_name="proposal", null=True, blank=True
    )

    # The circle of proposal and version is kept whole by the database; a cascade deletes both in one transaction.
    current_version = models.ForeignKey(
        "proposals.Version", on_delete=models.DO_NOTHING, related_name="+", null=True, blank=True
    )
    approved_version = models.ForeignKey(
        "proposals.Version", on_delete=models.DO_NOTHING, related_name="+", null=True, blank=True
    )

    send_state = models.CharField(max_length=8, choices=SendState.choices, default=SendState.NONE, blank=True)
    send_after = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    check_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    remote_id = models.CharField(max_length=40, blank=True)
    sent_via = models.CharField(max_length=4, choices=SentVia.choices, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    viewed_at = models.DateTimeField(null=True, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Proposal"]] = OwnedManager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.UniqueConstraint(fields=["owner", "job"], name="proposal_one_for_each_job"),
            models.UniqueConstraint(
                fields=["owner", "remote_id"], condition=~Q(remote_id=""), name="proposal_remote_id_once"
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="proposal_status_known"),
            models.CheckConstraint(condition=Q(bid_amount=None) | Q(bid_amount__gte=1), name="proposal_bid_positive"),
            models.CheckConstraint(
                condition=Q(sent_via="") ^ Q(sent_at__isnull=False), name="proposal_sent_at_and_via"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=_SENT) | Q(sent_at__isnull=False), name="proposal_after_sent_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(Status.DRAFT, Status.APPROVED)) | Q(sent_at=None),
                name="proposal_before_sent_has_no_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.APPROVED)
                | Q(
                    approved_version__isnull=False,
                    bid_amount__isnull=False,
                    send_state__in=(SendState.WAITING, SendState.SENDING, SendState.UNCLEAR, SendState.BY_HAND),
                ),
                name="proposal_approved_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(send_state__in=(SendState.WAITING, SendState.SENDING, SendState.UNCLEAR))
                | Q(status=Status.APPROVED, send_after__isnull=False),
                name="proposal_send_only_approved",
            ),
            models.CheckConstraint(
                condition=~Q(send_state=SendState.SENDING) | Q(claimed_until__isnull=False),
                name="proposal_sending_is_claimed",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "status", "-moved_at", "-id"], name="proposal_board"),
            models.Index(fields=["send_after"], condition=Q(send_state="waiting"), name="proposal_to_send"),
            models.Index(fields=["claimed_until"], condition=Q(send_state="sending"), name="proposal_in_sending"),
            models.Index(fields=["check_at"], condition=Q(send_state="unclear"), name="proposal_to_check"),
        ]

    def __str__(self) -> str:
        return self.title or str(self.public_id)

    @property
    def was_sent(self) -> bool:
        return self.sent_at is not None

    @property
    def is_editable(self) -> bool:
        return self.status == Status.DRAFT


class Version(OwnedModel):
    """One state of a letter and its answers. One that was approved never changes again.

    `is_sandbox` stays with text that began in the sandbox, also after a person edited it; `tab` is the open page
    that it was typed in, which never competes with itself.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(_("letter"), blank=True, max_length=10_000)
    answers = models.JSONField(default=list, blank=True)
    source = models.CharField(max_length=6, choices=VersionSource.choices)
    generation = models.OneToOneField(
        Generation, on_delete=models.RESTRICT, related_name="version", null=True, blank=True
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", null=True, blank=True
    )
    is_sandbox = models.BooleanField(default=False)
    tab = models.CharField(max_length=32, blank=True)

    objects: ClassVar[models.Manager["Version"]] = OwnedManager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "number"], name="version_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_counts_from_one"),
            models.CheckConstraint(
                condition=Q(source=VersionSource.PERSON, author__isnull=False, generation=None)
                | Q(source=VersionSource.AI, author=None, generation__isnull=False),
                name="version_has_one_maker",
            ),
        ]
        indexes = [models.Index(fields=["owner", "proposal", "-number"], name="version_by_owner")]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def stamp(self) -> str:
        """Names this state of the text; a form carries it to say what it was typed on top of."""
        return f"{self.number}.{self.updated_at.timestamp():.6f}"


class Approval(OwnedModel):
    """A person said yes to this very text and bid. Only ever added to; a trigger of the database sees to it."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="approvals")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="approvals")
    text_hash = models.CharField(max_length=64)
    bid_amount = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    approved_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["Approval"]] = OwnedManager()

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints = [
            models.CheckConstraint(condition=Q(text_hash__regex="^[0-9a-f]{64}$"), name="approval_hash_is_sha256"),
            models.CheckConstraint(condition=Q(bid_amount__gte=1), name="approval_bid_positive"),
        ]
        indexes = [models.Index(fields=["owner", "proposal", "-approved_at"], name="approval_by_owner")]

    def __str__(self) -> str:
        return self.text_hash[:12]


class StatusChange(OwnedModel):
    """One step of a proposal on its way: the history that the page shows. Only ever added to."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="changes")
    from_status = models.CharField(max_length=10, choices=Status.choices)
    to_status = models.CharField(max_length=10, choices=Status.choices)
    source = models.CharField(max_length=7, choices=ChangeSource.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", null=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["StatusChange"]] = OwnedManager()

    class Meta:
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(from_status=F("to_status")), name="status_change_changes"),
            models.CheckConstraint(
                condition=Q(source=ChangeSource.PERSON) ^ Q(actor=None), name="status_change_person_has_actor"
            ),
        ]
        indexes = [models.Index(fields=["owner", "proposal", "at"], name="status_change_by_owner")]

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"
