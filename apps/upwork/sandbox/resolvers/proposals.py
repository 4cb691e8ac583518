"""Proposals: reading them back, sending one, Connects."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any, Final

from apps.upwork.sandbox.market import postings, reactions, sending
from apps.upwork.sandbox.market.sending import Application, RefusedError
from apps.upwork.sandbox.records import Proposal
from apps.upwork.sandbox.resolvers.context import (
    Call,
    Info,
    Node,
    Resolver,
    failed,
    moment,
    money,
    offset_of,
    page_info,
)
from apps.upwork.sandbox.resolvers.identity import generic_user, organization_of
from apps.upwork.sandbox.resolvers.jobs import posting_node
from apps.upwork.sandbox.store import count, load

LARGEST_PAGE: Final = 20
OPEN: Final = ("ACCEPTED", "ACTIVATED", "OFFERED", "HIRED")
OVERLAPPING: Final[dict[str, tuple[str, ...]]] = {
    "Declined": OPEN, "Withdrawn": OPEN, "Hired": OPEN, "Archived": ("DECLINED", "WITHDRAWN", "ARCHIVED"),
}  # fmt: skip
SORTS: Final = {"CREATEDDATETIME": "created_ms", "MODIFIEDDATETIME": "modified_ms"}
DURATIONS: Final = ("Less than 1 month", "1 to 3 months", "3 to 6 months", "More than 6 months")
REASONS: Final = ("Another freelancer fits better", "Outside of the budget", "The project was put on hold")


def vendor_proposals(
    info: Info,
    filter: Mapping[str, Any],
    sort_attribute: Mapping[str, str],
    pagination: Mapping[str, Any],
) -> Node:
    call = info.context
    offset, first = offset_of(pagination)
    if call.quirks.small_pages and first > LARGEST_PAGE:
        raise failed("VJCA-6: Input parameter provided has incorrect value")
    if filter.get("annotations_eq"):
        return {"totalCount": 0, "edges": [], "pageInfo": page_info(offset, 0, more=False)}
    descending = sort_attribute["sortOrder"] == "DESC"
    rows = _matching(call, filter)
    rows.sort(key=itemgetter(SORTS[sort_attribute["field"]], "id"), reverse=descending)
    found = [load(Proposal, row) for row in rows[offset : offset + first]]
    return {
        "totalCount": len(rows),
        "edges": [{"cursor": str(offset + i), "node": proposal_node(call, one)} for i, one in enumerate(found, 1)],
        "pageInfo": page_info(offset, len(found), more=len(rows) > offset + first),
    }


def _matching(call: Call, given: Mapping[str, Any]) -> list[sqlite3.Row]:
    bucket, jobs = given["status_eq"], given.get("jobPostingIds_any")
    statuses = OVERLAPPING.get(bucket) if call.quirks.overlapping_buckets else None
    return call.db.execute(
        "SELECT * FROM proposal WHERE freelancer_id = ? AND status IN (SELECT value FROM json_each(?))"
        " AND (? OR job_id IN (SELECT CAST(value AS INTEGER) FROM json_each(?)))",
        (call.freelancer.id, json.dumps(statuses or [bucket.upper()]), not jobs, json.dumps(jobs or [])),
    ).fetchall()


def vendor_proposal(info: Info, id: str) -> Node:
    return proposal_node(info.context, own_proposal(info.context, id))


def own_proposal(call: Call, number: str) -> Proposal:
    proposal = reactions.get_proposal(call.db, int(number)) if number.isdigit() else None
    if proposal is None or proposal.freelancer_id != call.freelancer.id:
        raise failed("Authorization failed")
    return proposal


def proposal_node(call: Call, proposal: Proposal) -> Node:
    person = generic_user(call.freelancer)
    return {
        "id": proposal.id, "user": person, "organization": organization_of(call.freelancer, call.organization_id),
        "marketplaceJobPosting": lambda _: _posting(call, proposal),
        "terms": {"chargeRate": money(proposal.charged_cents), "upfrontPaymentPercent": 0.0},
        "coverLetter": proposal.letter, "proposalCoverLetter": proposal.letter, "viewedByClient": proposal.viewed,
        "projectPlan": None, "annotations": [],
        "auditDetails": {
            "createdByUser": person, "modifiedByUser": person, "createdDateTime": moment(proposal.created_ms),
            "modifiedDateTime": moment(proposal.modified_ms),
        },
        "status": {
            "status": proposal.status,
            "reason": {"id": 100, "reason": proposal.reason, "description": proposal.reason} if proposal.reason else None,
        },
    }  # fmt: skip


def _posting(call: Call, proposal: Proposal) -> Node:
    job = postings.get_job(call.db, proposal.job_id)
    if job is None:
        raise failed(f"Opening not found for uid={proposal.job_id}")
    return posting_node(call, job)


def proposal_metadata(_: Info) -> Node:
    return {
        "engagementDurationValues": [{"id": number, "label": label} for number, label in enumerate(DURATIONS, 1)],
        "reasons": lambda _, **__: [{"id": n, "reason": text, "alias": ""} for n, text in enumerate(REASONS, 100)],
    }


def connects_summary(info: Info) -> Node:
    row = info.context.db.execute("SELECT connects FROM freelancer WHERE id = ?", (info.context.freelancer.id,))
    return {"connectsBalance": row.fetchone()["connects"]}


def create_job_proposal(info: Info, input: Mapping[str, Any]) -> Node:
    """A refusal is an ordinary answer with `error` filled."""
    call = info.context
    try:
        application = _application(call, input)
        rng = call.market.chance(call.db, f"send{call.freelancer.id}:{application.job_id}")
        proposal = sending.submit(call.db, rng, call.freelancer, application, call.now_ms)
    except RefusedError as refusal:
        count(call.db, "proposals_refused")
        return {"newProposalId": None, "status": "FAILED", "error": str(refusal)}
    return {"newProposalId": proposal.id, "status": "SUCCESS", "error": None}


def _application(call: Call, given: Mapping[str, Any]) -> Application:
    person, contractor = call.freelancer, given["selectedContractor"]
    if contractor["id"] != str(person.id) or contractor["oDeskUserID"] != person.nid:
        raise RefusedError("VJ-JA-2: The selected contractor is not the caller")
    if given["teamOrgId"] not in {str(person.organization_id), str(person.agency_id)}:
        raise RefusedError("VJ-JA-3: The organization is not one of the caller's")
    if not given["jobReference"].isdigit():
        raise RefusedError("VJ-JA-4: Opening not found")
    answers: Sequence[Mapping[str, str]] = given.get("questions") or ()
    return Application(
        job_id=int(given["jobReference"]), letter=given.get("coverLetter") or "",
        cents=round(Decimal(str(given["chargedAmount"])) * 100),
        answers=[(pair["question"], pair["answer"]) for pair in answers], boost=given.get("boostBidAmount") or 0,
    )  # fmt: skip


ROOTS: dict[str, Resolver] = {
    "vendorProposals": vendor_proposals, "vendorProposal": vendor_proposal, "proposalMetadata": proposal_metadata,
    "connectsSummary": connects_summary, "createJobProposal": create_job_proposal,
}  # fmt: skip
