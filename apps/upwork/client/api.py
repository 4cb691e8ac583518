"""The calls that the product makes, each one document of `queries/`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from apps.core.errors import PermanentError, TemporaryError
from apps.upwork.client import parse
from apps.upwork.client.answers import Node
from apps.upwork.client.transport import Graph
from apps.upwork.enums import CallKind, Capability
from apps.upwork.errors import BadAnswerError, MissingScopeError, RequestRefusedError, UndeliveredError
from apps.upwork.types import (
    Identity,
    NotAllowed,
    NotSent,
    ProposalSubmission,
    Refused,
    RemoteProposal,
    SearchPage,
    SearchRequest,
    SubmissionResult,
    Submitted,
    Unclear,
)

FIRST_PAGE: Final = "0"  # a paged search without it fails
PROPOSALS_PAGE: Final = 20  # the most that every key accepts
PROPOSAL_PAGES_MOST: Final = 50
LEVELS: Final = {level: name for name, level in parse.EXPERIENCE.items()}
ALREADY_APPLIED: Final = "VJ-JA-10"
OVER: Final = frozenset({"WITHDRAWN", "ARCHIVED"})

PROBES: Final = {
    Capability.SEARCH: "probe_search",
    Capability.PROPOSALS: "probe_proposals",
    Capability.CONNECTS: "probe_connects",
}


@dataclass(frozen=True, slots=True)
class UpworkClient:
    """Upwork for one connection. `me` is needed for sending; `learned` hears what a call shows about the key."""

    graph: Graph
    me: Identity | None = None
    learned: Callable[[Capability, bool], None] | None = None

    def search_jobs(self, request: SearchRequest, *, cursor: str | None = None, page_size: int = 50) -> SearchPage:
        """One page, newest first. A posting we cannot read is skipped and counted."""
        variables = {"filter": _search_filter(request, cursor or FIRST_PAGE, page_size)}
        found = self.graph.query("search_jobs", variables, kind=CallKind.JOBS).child("marketplaceJobPostingsSearch")
        edges = list(found.children("edges"))
        postings, skipped = parse.usable(edges, parse.posting)
        return SearchPage(postings=tuple(postings), next_cursor=_next_cursor(found) if edges else None, skipped=skipped)

    def list_proposals(self, *, changed_since: datetime | None = None) -> list[RemoteProposal]:
        """Each proposal once, latest change first; with `changed_since`, older pages are left unread.

        Upwork's buckets overlap and miss one another, so all of them are asked, in one request.
        """
        found: dict[str, RemoteProposal] = {}
        for bucket, connection in self._buckets({}):
            for page in self._pages(bucket, connection):
                proposals, _skipped = parse.usable(page.children("edges"), parse.proposal)
                found.update((proposal.remote_id, proposal) for proposal in proposals)
                if changed_since and any(_changed_at(proposal) < changed_since for proposal in proposals):
                    break
        return sorted(found.values(), key=_changed_at, reverse=True)

    def find_proposal(self, job_upwork_id: str, *, sent_since: datetime | None = None) -> RemoteProposal | None:
        """Our proposal for the job, if Upwork has one: what settles an unclear answer.

        With `sent_since`, one from before, or one that is withdrawn or archived, does not count.
        """
        for _bucket, connection in self._buckets({"jobs": [job_upwork_id]}, urgent=True):
            proposals, _skipped = parse.usable(connection.children("edges"), parse.proposal)
            for proposal in proposals:
                if proposal.job_upwork_id == job_upwork_id and (sent_since is None or _stands(proposal, sent_since)):
                    return proposal
        return None

    def submit_proposal(self, submission: ProposalSubmission) -> SubmissionResult:
        """Send once. Every outcome is a value, and only `Unclear` may have reached the client."""
        if self.me is None or not self.me.organization_id:
            return Refused(_("Upwork did not say which organization the proposal is from. Connect again."))
        variables = {"input": _proposal_input(submission, self.me)}
        try:
            result = _submission_result(self.graph.mutate("create_job_proposal", variables, kind=CallKind.PROPOSALS))
        except UndeliveredError as error:
            # it never reached Upwork, so it may be sent again
            return NotSent(str(error), retry_after=error.retry_after)
        except (TemporaryError, BadAnswerError) as error:
            # the answer was lost or made no sense: the client may have the letter
            return Unclear(str(error))
        except RequestRefusedError as error:
            # applied already: perhaps by the attempt whose answer was lost
            return Unclear(str(error)) if ALREADY_APPLIED in str(error) else Refused(str(error))
        except MissingScopeError:
            self._learn(Capability.SUBMIT, allowed=False)
            return NotAllowed()
        except PermanentError as error:
            return Refused(str(error))
        if isinstance(result, Submitted):
            self._learn(Capability.SUBMIT, allowed=True)
        return result

    def identity(self) -> Identity:
        """Who granted the permission."""
        return parse.identity(self.graph.query("identity", {}, kind=CallKind.OTHER))

    def capabilities(self) -> dict[str, bool | None]:
        """What the key may do, asked one root field at a time, for one refused field spoils a whole request.

        Sending cannot be tried without sending: `None` until the first proposal tells.
        """
        found: dict[str, bool | None] = {Capability.SUBMIT.value: None}
        for capability, name in PROBES.items():
            found[capability.value] = self._allows(name, {})
        me = self.me
        found[Capability.PROFILE.value] = me is not None and self._allows("probe_profile", {"person": me.user_id})
        return found

    def _learn(self, capability: Capability, *, allowed: bool) -> None:
        if self.learned:
            self.learned(capability, allowed)

    def _allows(self, name: str, variables: dict[str, object]) -> bool:
        try:
            self.graph.query(name, variables, kind=CallKind.OTHER)
        except (MissingScopeError, RequestRefusedError):
            return False
        return True

    def _buckets(self, narrowed: dict[str, object], *, urgent: bool = False) -> Iterator[tuple[str, Node]]:
        """All buckets of proposals from one request."""
        variables = {"first": PROPOSALS_PAGE, **narrowed}
        data = self.graph.query("proposals_by_bucket", variables, kind=CallKind.PROPOSALS, urgent=urgent)
        for bucket in data.value:
            yield bucket, data.child(bucket)

    def _pages(self, bucket: str, connection: Node) -> Iterator[Node]:
        """The page we have, then those after it."""
        yield connection
        for _number in range(PROPOSAL_PAGES_MOST):
            cursor = _next_cursor(connection)
            if cursor is None:
                return
            variables = {"bucket": bucket, "after": cursor, "first": PROPOSALS_PAGE}
            connection = self.graph.query("proposals", variables, kind=CallKind.PROPOSALS).child("vendorProposals")
            yield connection


def _search_filter(request: SearchRequest, cursor: str, page_size: int) -> dict[str, object]:
    """Only what Upwork heeds; budgets, rates and workload it ignores, and they are checked on the postings."""
    chosen: dict[str, object] = {"pagination_eq": {"after": cursor, "first": page_size}}
    if request.expression:
        chosen["searchExpression_eq"] = request.expression
    if request.category_ids:
        chosen["categoryIds_any"] = list(request.category_ids)
    if request.kind:
        chosen["jobType_eq"] = request.kind.upper()
    if level := LEVELS.get(request.experience):
        chosen["experienceLevel_eq"] = level
    if request.verified_only:
        chosen["verifiedPaymentOnly_eq"] = True
    return chosen


def _next_cursor(connection: Node) -> str | None:
    info = connection.optional_child("pageInfo")
    return (info.optional_text("endCursor") or None) if info and info.flag("hasNextPage") else None


def _changed_at(proposal: RemoteProposal) -> datetime:
    return proposal.modified_at or proposal.created_at


def _stands(proposal: RemoteProposal, since: datetime) -> bool:
    return proposal.created_at >= since and proposal.status not in OVER


def _proposal_input(submission: ProposalSubmission, me: Identity) -> dict[str, object]:
    return {
        "selectedContractor": {"id": me.user_id, "oDeskUserID": me.nid},
        "teamOrgId": me.organization_id,
        "jobReference": submission.job_upwork_id,
        # a Float in Upwork's schema; amounts of money with two decimals survive it
        "chargedAmount": float(submission.amount),
        "coverLetter": submission.cover_letter,
        "questions": [{"question": question, "answer": answer} for question, answer in submission.answers],
    }


def _submission_result(data: Node) -> SubmissionResult:
    """A refusal comes with HTTP 200 and no GraphQL error; only the new id means success."""
    result = data.optional_child("createJobProposal")
    if result is None:
        return Unclear(_("Upwork did not say what became of the proposal."))
    if remote_id := result.optional_text("newProposalId"):
        return Submitted(remote_id)
    error = result.optional_text("error")
    if not error or ALREADY_APPLIED in error:
        return Unclear(error or _("Upwork did not say what became of the proposal."))
    return Refused(_("Upwork refused: %(message)s") % {"message": error[:200]})
