"""The documents the tests ask with."""

SEARCH = """
query Search($filter: MarketplaceJobPostingsSearchFilter, $sort: [MarketplaceJobPostingSearchSortAttribute]) {
  marketplaceJobPostingsSearch(marketPlaceJobFilter: $filter, searchType: USER_JOBS_SEARCH, sortAttributes: $sort) {
    totalCount
    edges { cursor node {
      id ciphertext title description publishedDateTime createdDateTime renewedDateTime applied totalApplicants
      amount { rawValue currency } hourlyBudgetMin { rawValue } hourlyBudgetMax { rawValue } hourlyBudgetType
      experienceLevel duration durationLabel engagement category subcategory freelancersToHire
      skills { id name prettyName } preferredFreelancerLocation
      client { totalHires totalPostedJobs totalReviews totalFeedback totalSpent { rawValue } verificationStatus
               location { city country timezone } companyRid }
      job { contractTerms { contractType } contractorSelection { proposalRequirement {
        coverLetterRequired screeningQuestions { question sequenceNumber } } } }
    } }
    pageInfo { endCursor hasNextPage }
  }
}
"""

SUBMIT = """
mutation Send($input: CreateJobProposalInput!) { createJobProposal(input: $input) { newProposalId status error } }
"""

PROPOSALS = """
query Read($filter: VendorProposalFilter!, $page: Pagination!) {
  vendorProposals(filter: $filter, sortAttribute: {field: CREATEDDATETIME, sortOrder: DESC}, pagination: $page) {
    totalCount
    edges { node {
      id proposalCoverLetter viewedByClient status { status reason { reason } } terms { chargeRate { rawValue } }
      auditDetails { createdDateTime { rawValue } modifiedDateTime { rawValue } }
      marketplaceJobPosting { id content { title } }
    } }
    pageInfo { endCursor hasNextPage }
  }
}
"""


def search(sandbox, *, first=10, after="0", sort=None, **given):
    """The connection a search answers with."""
    variables = {"filter": {**given, "pagination_eq": {"first": first, "after": after}}, "sort": sort}
    return sandbox.graphql(SEARCH, variables).json()["data"]["marketplaceJobPostingsSearch"]


def nodes(connection):
    return [edge["node"] for edge in connection["edges"]]


def proposal_input(sandbox, job, **change):
    person = sandbox.market.freelancer()
    return {
        "selectedContractor": {"id": str(person.id), "oDeskUserID": person.nid}, "jobReference": str(job.id),
        "chargedAmount": 40.0, "coverLetter": "I rebuilt a booking back end for 40 clinics.",
        "teamOrgId": str(person.organization_id),
        "questions": [{"question": question, "answer": "Yes, twice last year."} for question in job.questions], **change,
    }  # fmt: skip


def send(sandbox, job, **change):
    """What the mutation answers."""
    variables = {"input": proposal_input(sandbox, job, **change)}
    return sandbox.graphql(SUBMIT, variables).json()["data"]["createJobProposal"]


def read_proposals(sandbox, bucket="Accepted", *, first=20, after="0", **given):
    variables = {"filter": {"status_eq": bucket, **given}, "page": {"first": first, "after": after}}
    return sandbox.graphql(PROPOSALS, variables).json()
