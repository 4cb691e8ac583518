"""Postings: search, public search, one posting."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from apps.upwork.sandbox.market import postings, search
from apps.upwork.sandbox.market.ontology import LABELS, number_of, slug
from apps.upwork.sandbox.market.search import Search
from apps.upwork.sandbox.records import Client, Job
from apps.upwork.sandbox.resolvers.context import (
    Call,
    Info,
    Node,
    Resolver,
    failed,
    iso,
    money,
    offset_of,
    page_info,
)
from apps.upwork.sandbox.resolvers.identity import client_organization, skill_node

DURATIONS: Final = {
    "WEEK": ("Less than 1 month", 3), "MONTH": ("1 to 3 months", 9), "QUARTER": ("3 to 6 months", 18),
    "SEMESTER": ("More than 6 months", 26), "ONGOING": ("More than 6 months", 52),
}  # fmt: skip
ENGAGEMENT_TYPES: Final = {"30+ hrs/week": "FULL_TIME", "Less than 30 hrs/week": "PART_TIME", None: "NOT_SURE"}
CLOSE_RESULTS: Final = {"HIRED": "0", "NONE": "1", "CANCELLED": "2", "EXPIRED": "3"}
LARGEST_PAGE: Final = 50


def search_postings(
    info: Info,
    market_place_job_filter: Mapping[str, Any] | None = None,
    search_type: str = "USER_JOBS_SEARCH",
    sort_attributes: Sequence[Mapping[str, str]] = (),
) -> Node:
    call, given = info.context, market_place_job_filter or {}
    pagination = given.get("pagination_eq")
    if call.quirks.offset_paging and pagination is not None and not str(pagination.get("after") or "").isdigit():
        raise failed("Exception occurred")
    offset, first = offset_of(pagination)
    order = sort_attributes[0]["field"] if sort_attributes else "RECENCY"
    asked = Search(given, call.freelancer.id, call.now_ms, order, honest=not call.quirks.broken_filters)
    size = min(first, LARGEST_PAGE)
    jobs, more = search.find(call.db, asked, offset, size)
    total = search.count_roughly(call.db, asked) if call.quirks.rough_totals else search.count_exactly(call.db, asked)
    return {
        "totalCount": total,
        "edges": [{"cursor": str(offset + i), "node": search_node(call, job)} for i, job in enumerate(jobs, 1)],
        "pageInfo": page_info(offset, len(jobs), more),
    }


def public_search(info: Info, market_place_job_filter: Mapping[str, Any]) -> Node:
    call = info.context
    page = market_place_job_filter.get("pagination") or {"pageOffset": 0, "pageSize": 20}
    given = {**market_place_job_filter, "experienceLevel_eq": market_place_job_filter.get("contractorTier_eq")}
    asked = Search(given, call.freelancer.id, call.now_ms, honest=not call.quirks.broken_filters)
    jobs, more = search.find(call.db, asked, page["pageOffset"], page["pageSize"])
    return {
        "jobs": [public_node(call, job) for job in jobs],
        "paging": page_info(page["pageOffset"], len(jobs), more),
    }


def one_posting(info: Info, id: str) -> Node:
    """By number only: a ciphertext is not found."""
    call = info.context
    job = postings.get_job(call.db, int(id)) if id.isdigit() else None
    if job is None:
        raise failed(f"Opening not found for uid={id}")
    return posting_node(call, job)


def contents(info: Info, ids: Sequence[str]) -> list[Node]:
    call = info.context
    found = [postings.get_job(call.db, int(number)) for number in ids if number.isdigit()]
    return [
        {
            "id": job.id, "ciphertext": job.ciphertext, "title": job.title, "description": job.description,
            "publishedDateTime": iso(job.published_ms), "annotations": {"tags": [], "customFields": []},
        }
        for job in found if job
    ]  # fmt: skip


def search_node(call: Call, job: Job) -> Node:
    """A posting as the search shows it, with the client's facts."""
    client = postings.get_client(call.db, job.client_id)
    label, weeks = DURATIONS.get(job.duration or "", (None, 0))
    return {
        "id": job.id, "ciphertext": job.ciphertext, "title": job.title, "description": job.description,
        "recordNumber": str(job.id), "job": lambda _: posting_node(call, job),
        "createdDateTime": iso(job.created_ms), "publishedDateTime": iso(job.published_ms),
        "renewedDateTime": iso(job.renewed_ms), "duration": job.duration, "durationLabel": label,
        "engagement": job.engagement,
        "engagementDuration": {"id": weeks, "label": label, "weeks": weeks} if label else None,
        "amount": money(job.fixed_cents or 0), "weeklyBudget": None,
        "hourlyBudgetType": _budget_type(job), "hourlyBudgetMin": money(job.hourly_min_cents),
        "hourlyBudgetMax": money(job.hourly_max_cents), "experienceLevel": job.level,
        "category": slug(LABELS[job.category_id]), "subcategory": slug(LABELS[job.subcategory_id]),
        "occupations": _occupations(job), "skills": [_search_skill(skill) for skill in job.skills],
        "freelancersToHire": job.hires_wanted, "totalFreelancersToHire": job.hires_wanted,
        "totalApplicants": search.applicants(call.db, job, call.now_ms),
        "preferredFreelancerLocation": list(job.countries) or None, "preferredFreelancerLocationMandatory": False,
        "premium": False, "enterprise": False, "applied": _applied(call, job),
        "relevance": lambda _: _relevance(call, job), "relevanceEncoded": "", "teamId": job.client_id,
        "client": client_node(client), "freelancerClientRelation": _relation(call, client),
    }  # fmt: skip


def client_node(client: Client) -> Node:
    return {
        "totalHires": client.hires, "totalPostedJobs": client.posted, "totalReviews": client.reviews,
        "totalFeedback": client.rating, "totalSpent": money(client.spent_cents) if client.hires else None,
        "verificationStatus": "VERIFIED" if client.verified else None,
        "location": {
            "city": client.city, "country": client.country, "timezone": client.timezone, "state": None,
            "offsetToUTC": str(client.utc_offset * 3600),
        },
        "companyRid": str(7_000_000 + client.id), "edcUserId": str(8_000_000 + client.id),
        "companyOrgUid": str(600_000_000_000_000_000 + client.id), "hasFinancialPrivacy": False,
    }  # fmt: skip


def public_node(call: Call, job: Job) -> Node:
    node = search_node(call, job)
    money_fields = {"hourlyBudgetMin": job.hourly_min_cents, "hourlyBudgetMax": job.hourly_max_cents}
    return {
        **node, "type": job.kind, "contractorTier": job.level, "jobStatus": "OPEN", "enterpriseJob": False, "local": False,
        "jobTs": str(job.published_ms), "prefFreelancerLocationMandatory": False, "recno": float(job.id),
        **{name: None if cents is None else cents / 100 for name, cents in money_fields.items()},
    }  # fmt: skip


def posting_node(call: Call, job: Job) -> Node:
    """A posting in full."""
    client = postings.get_client(call.db, job.client_id)
    return {
        "id": job.id, "content": {"title": job.title, "description": job.description}, "attachments": [],
        "workFlowState": {
            "status": "CLOSED" if job.closed_ms else "ACTIVE", "closeResult": CLOSE_RESULTS.get(job.close_result or ""),
        },
        "ownership": {"company": _refused_company, "team": lambda _: client_organization(client)},
        "annotations": {"tags": [], "customFields": []}, "activityStat": lambda _: _activity(call, job),
        "classification": {
            "category": _entity("JobCategory", job.category_id), "subCategory": _entity("JobCategory", job.subcategory_id),
            "occupation": _entity("Occupation", number_of(job.occupation), job.occupation),
            "skills": [skill_node(skill) for skill in job.skills], "additionalSkills": [],
        },
        "contractTerms": _terms(job), "contractorSelection": _selection(job),
        "additionalSearchInfo": {"highlightTitle": job.title}, "canClientReceiveContractProposal": False,
        "clientCompanyPublic": {
            "id": 600_000_000_000_000_000 + client.id, "country": {"name": client.country}, "city": client.city,
            "timezone": client.timezone,
            "paymentVerification": {"status": "VERIFIED" if client.verified else "", "paymentVerified": client.verified},
        },
    }  # fmt: skip


def _refused_company(_: Info) -> None:
    raise failed("403 view_client_company")


def _terms(job: Job) -> Node:
    label, weeks = DURATIONS.get(job.duration or "", (None, 0))
    duration = {"id": weeks, "label": label, "weeks": weeks} if label else None
    hourly = {
        "engagementDuration": duration, "engagementType": ENGAGEMENT_TYPES.get(job.engagement, "AS_NEEDED"),
        "notSureProjectDuration": label is None, "hourlyBudgetType": _budget_type(job),
        "hourlyBudgetMin": None if job.hourly_min_cents is None else job.hourly_min_cents / 100,
        "hourlyBudgetMax": None if job.hourly_max_cents is None else job.hourly_max_cents / 100,
    }  # fmt: skip
    fixed = {"amount": money(job.fixed_cents), "engagementDuration": duration}
    return {
        "contractType": job.kind, "personsToHire": job.hires_wanted, "experienceLevel": job.level,
        "fixedPriceContractTerms": fixed if job.kind == "FIXED" else None,
        "hourlyContractTerms": hourly if job.kind == "HOURLY" else None,
    }  # fmt: skip


def _selection(job: Job) -> Node:
    return {
        "proposalRequirement": {
            "coverLetterRequired": job.letter_required, "freelancerMilestonesAllowed": job.kind == "FIXED",
            "screeningQuestions": [
                {"question": question, "sequenceNumber": number} for number, question in enumerate(job.questions)
            ],
        },
        "qualification": {"englishProficiency": "ANY", "risingTalent": True},
        "location": {"countries": list(job.countries), "states": [], "timezones": []},
    }  # fmt: skip


def _budget_type(job: Job) -> str | None:
    if job.kind == "FIXED":
        return None
    return "NOT_PROVIDED" if job.hourly_max_cents is None else "MANUAL"


def _occupations(job: Job) -> Node:
    return {
        "category": {"id": job.category_id, "prefLabel": LABELS[job.category_id]},
        "subCategories": [{"id": job.subcategory_id, "prefLabel": LABELS[job.subcategory_id]}],
        "occupationService": {"id": number_of(job.occupation), "prefLabel": job.occupation},
    }


def _search_skill(label: str) -> Node:
    return {"id": number_of(label), "name": slug(label), "prettyName": label, "highlighted": False}


def _entity(kind: str, number: str, label: str = "") -> Node:
    label = label or LABELS[number]
    return {
        "__typename": kind, "id": number, "ontologyId": f"upworkOntology:{slug(label)}", "type": [kind],
        "entityStatus": "active", "preferredLabel": label,
    }  # fmt: skip


def _relevance(call: Call, job: Job) -> Node:
    hours = max(0, call.now_ms - job.published_ms) // postings.HOUR
    return {
        "id": job.id, "effectiveCandidates": 0, "recommendedEffectiveCandidates": 10, "uniqueImpressions": 0,
        "hoursInactive": hours,
    }  # fmt: skip


def _activity(call: Call, job: Job) -> Node:
    rows = call.db.execute("SELECT charged_cents, status FROM proposal WHERE job_id = ?", (job.id,)).fetchall()
    bids = [row["charged_cents"] for row in rows]
    return {
        "applicationsBidStats": {
            "avgRateBid": money(round(sum(bids) / len(bids))) if bids else None,
            "minRateBid": money(min(bids, default=None)), "maxRateBid": money(max(bids, default=None)),
        },
        "jobActivity": {
            "invitesSent": 0, "totalInvitedToInterview": sum(row["status"] in {"ACTIVATED", "OFFERED"} for row in rows),
            "totalHired": sum(row["status"] == "HIRED" for row in rows), "totalUnansweredInvites": 0,
            "totalOffered": sum(row["status"] == "OFFERED" for row in rows), "lastClientActivity": iso(call.now_ms),
        },
    }  # fmt: skip


def _applied(call: Call, job: Job) -> bool:
    query = "SELECT 1 FROM proposal WHERE job_id = ? AND freelancer_id = ?"
    return call.db.execute(query, (job.id, call.freelancer.id)).fetchone() is not None


def _relation(call: Call, client: Client) -> Node | None:
    row = call.db.execute(
        "SELECT contract.id, job.title FROM contract JOIN proposal ON proposal.id = contract.proposal_id"
        " JOIN job ON job.id = proposal.job_id WHERE job.client_id = ? AND proposal.freelancer_id = ?"
        " AND contract.started_ms IS NOT NULL ORDER BY contract.started_ms DESC",
        (client.id, call.freelancer.id),
    ).fetchone()
    if row is None:
        return None
    return {
        "companyRid": str(7_000_000 + client.id), "companyName": client.name, "edcUserId": str(8_000_000 + client.id),
        "lastContractPlatform": "upwork", "lastContractRid": str(row["id"]), "lastContractTitle": row["title"],
    }  # fmt: skip


ROOTS: dict[str, Resolver] = {
    "marketplaceJobPostingsSearch": search_postings, "publicMarketplaceJobPostingsSearch": public_search,
    "marketplaceJobPosting": one_posting, "marketplaceJobPostingsContents": contents,
}  # fmt: skip
