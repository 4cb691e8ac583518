"""Offers, contracts and work history. Hours are not kept: time and money answer with empty lists."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final

from apps.upwork.sandbox.market import postings, reactions
from apps.upwork.sandbox.records import Client, Job, Proposal
from apps.upwork.sandbox.resolvers.context import Call, Info, Node, Resolver, failed, iso, moment, money
from apps.upwork.sandbox.resolvers.identity import (
    client_organization,
    client_user,
    generic_user,
    organization_of,
)
from apps.upwork.sandbox.resolvers.jobs import posting_node
from apps.upwork.sandbox.resolvers.proposals import proposal_node

MINE: Final = "SELECT contract.* FROM contract JOIN proposal ON proposal.id = contract.proposal_id WHERE proposal.freelancer_id = ?"


def contract(info: Info, id: str) -> Node | None:
    """The older view, read by the id of the term."""
    row = info.context.db.execute(f"{MINE} AND contract.id = ? - 2", (info.context.freelancer.id, id)).fetchone()
    return contract_node(info.context, row) if row else None


def contract_details(info: Info, id: str, date: str = "") -> Node:
    row = info.context.db.execute(f"{MINE} AND contract.id = ?", (info.context.freelancer.id, id)).fetchone()
    if row is None:
        raise failed("Authorization failed")
    return details_node(info.context, row)


def contract_list(info: Info, ids: Sequence[str]) -> Node:
    return {"contracts": [details_node(info.context, row) for row in _mine(info.context) if str(row["id"]) in ids]}


def vendor_contracts(
    info: Info,
    filter: Mapping[str, Any],
    options: Mapping[str, Any] | None = None,
    paging: Mapping[str, Any] | None = None,
) -> Node:
    wanted = filter.get("contractStatuses") or ("ACTIVE", "PAUSED", "CLOSED")
    found = [row for row in _mine(info.context) if row["started_ms"] and _status(row) in wanted]
    offset, limit = (paging or {}).get("offset") or 0, (paging or {}).get("limit") or 20
    nodes = [details_node(info.context, row) for row in found[offset : offset + limit]]
    return {"paging": {"limit": limit, "offset": offset}, "contracts": nodes}


def offer(info: Info, id: str) -> Node | None:
    row = info.context.db.execute(f"{MINE} AND offer_id = ?", (info.context.freelancer.id, id)).fetchone()
    return offer_node(info.context, row) if row else None


def offers_by_attribute(info: Info, filter: Mapping[str, Any]) -> Node:
    """The offers of the caller that the attribute names; states other than the asked ones are left out."""
    states = filter.get("states")
    nodes = [offer_node(info.context, row) for row in _mine(info.context) if _concerns(info.context, row, filter)]
    return {"offers": [node for node in nodes if not states or node["state"] in states]}


def talent_work_history(info: Info, filter: Mapping[str, Any] | None = None) -> Node:
    """Running and past contracts, the view a plain freelancer key is allowed."""
    call, given = info.context, filter or {}
    if given.get("personId") not in (None, str(call.freelancer.id)):
        raise failed("Authorization failed")
    wanted = given.get("status") or ("ACTIVE", "CLOSED")
    rows = [row for row in _mine(call) if row["started_ms"] and _status(row) in wanted]
    page = given.get("pagination") or {"offset": 0, "limit": 20}
    nodes = [_history_node(call, row) for row in rows[page["offset"] : page["offset"] + page["limit"]]]
    return {"workHistoryList": nodes, "totalCount": len(rows)}


def work_days(_: Info, **__: object) -> Node:
    return {"workDays": []}


def work_diary(info: Info, **__: object) -> Node:
    return {
        "workDiaryMetadata": {"timezoneOffset": "0", "archivingDateTime": iso(info.context.now_ms)},
        "workDiaryTimeCells": [],
    }


def time_report(_: Info, **__: object) -> Node:
    return {"totalCount": 0, "edges": [], "pageInfo": {"hasNextPage": False}}


def accounting_entity(info: Info) -> Node:
    return {"id": info.context.freelancer.organization_id // 10}


def transaction_history(_: Info, **__: object) -> Node:
    return {"transactionDetail": {"transactionHistoryRow": []}}


def contract_node(call: Call, row: sqlite3.Row) -> Node:
    proposal, job, _client = _parts(call, row)
    return {
        "id": row["id"] + 2, "contractId": row["id"], "title": job.title, "contractType": job.kind,
        "job": lambda _: posting_node(call, job), "offer": lambda _: offer_node(call, row), "hasAgency": False,
        "vendorProposal": lambda _: proposal_node(call, proposal),
        "hourlyChargeRate": money(proposal.charged_cents) if job.kind == "HOURLY" else None,
        "createdDateTime": moment(row["created_ms"]), "startDateTime": moment(row["started_ms"]),
        "endDateTime": moment(row["ended_ms"]), "status": _status(row), "paused": False, "milestones": [],
        "workDays": lambda _, **__: [], "workDiaryTimeCells": lambda _, **__: [],
    }  # fmt: skip


def details_node(call: Call, row: sqlite3.Row) -> Node:
    proposal, job, client = _parts(call, row)
    own, theirs = organization_of(call.freelancer, call.freelancer.organization_id), client_organization(client)
    term = {"id": row["id"] + 2, "startDate": iso(row["started_ms"]), "createDate": iso(row["created_ms"])}
    amount = money(proposal.charged_cents)
    hourly = [{**term, "hourlyRate": amount, "manualTimeAllowed": True}] if job.kind == "HOURLY" else []
    fixed = [{**term, "fixedAmount": amount, "milestones": []}] if job.kind == "FIXED" else []
    return {
        "id": row["id"], "title": job.title, "status": _status(row), "kind": job.kind, "isPtc": False,
        "createDate": iso(row["created_ms"]), "startDate": iso(row["started_ms"]), "endDate": iso(row["ended_ms"]),
        "offerId": row["offer_id"], "offer": lambda _: offer_node(call, row), "freelancer": generic_user(call.freelancer),
        "vendorOrganization": own, "vendorTeam": own, "clientOrganization": theirs, "clientTeam": theirs,
        "hiringManager": client_user(client), "supervisor": client_user(client), "hourlyLimits": [],
        "terms": {"hourlyTerms": hourly, "fixedPriceTerms": fixed},
    }  # fmt: skip


def offer_node(call: Call, row: sqlite3.Row) -> Node:
    proposal, job, client = _parts(call, row)
    return {
        "id": row["offer_id"], "title": job.title, "description": job.description, "type": job.kind,
        "state": "ACCEPTED" if row["started_ms"] else "NEW", "job": lambda _: posting_node(call, job),
        "vendorProposal": lambda _: proposal_node(call, proposal), "client": client_organization(client), "milestones": [],
    }  # fmt: skip


def _history_node(call: Call, row: sqlite3.Row) -> Node:
    proposal, job, client = _parts(call, row)
    amount = str(proposal.charged_cents / 100)
    organization = client_organization(client)["id"]
    return {
        "contract": {
            "id": row["id"], "title": job.title, "status": _status(row), "startDate": iso(row["started_ms"]),
            "endDate": iso(row["ended_ms"]), "createDate": iso(row["created_ms"]), "clientOrgId": organization,
            "clientTeamId": organization,
            "terms": {
                "hourlyRate": amount if job.kind == "HOURLY" else None,
                "fixedAmount": amount if job.kind == "FIXED" else None, "jobType": job.kind,
            },
        },
        "contractAggregate": {"totalCharge": "0.0", "hours": "0.0"}, "feedback": None,
        "opening": {"id": job.id, "title": job.title},
    }  # fmt: skip


def _concerns(call: Call, row: sqlite3.Row, given: Mapping[str, Any]) -> bool:
    proposal, job, client = _parts(call, row)
    own, theirs = call.freelancer.organization_id, client_organization(client)["id"]
    value = {
        "VendorOrg": own, "VendorTeam": own, "ClientOrg": theirs, "ClientTeam": theirs, "Contract": row["id"],
        "JobPosting": job.id, "JobApplication": proposal.id,
    }  # fmt: skip
    return str(value[given["searchAttribute"]]) == str(given["id"])


def _mine(call: Call) -> list[sqlite3.Row]:
    return call.db.execute(f"{MINE} ORDER BY contract.created_ms DESC", (call.freelancer.id,)).fetchall()


def _status(row: sqlite3.Row) -> str:
    return "CLOSED" if row["ended_ms"] else "ACTIVE"


def _parts(call: Call, row: sqlite3.Row) -> tuple[Proposal, Job, Client]:
    proposal = reactions.get_proposal(call.db, row["proposal_id"])
    job = postings.get_job(call.db, proposal.job_id) if proposal else None
    if proposal is None or job is None:
        raise failed("Contract not found")
    return proposal, job, postings.get_client(call.db, job.client_id)


ROOTS: dict[str, Resolver] = {
    "contract": contract, "contractDetails": contract_details, "contractList": contract_list,
    "vendorContracts": vendor_contracts, "offer": offer, "offersByAttribute": offers_by_attribute,
    "talentWorkHistory": talent_work_history, "workDays": work_days, "workDiaryContract": work_diary,
    "contractTimeReport": time_report, "accountingEntity": accounting_entity, "transactionHistory": transaction_history,
}  # fmt: skip
