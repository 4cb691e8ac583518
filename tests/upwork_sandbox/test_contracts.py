import pytest

from tests.upwork_sandbox.documents import send

HISTORY = """
query ($filter: TalentWorkHistoryFilterInput) { talentWorkHistory(filter: $filter) { totalCount workHistoryList {
  contract { id title status terms { hourlyRate fixedAmount jobType } } opening { id } } } }
"""
DETAILS = """
query ($id: ID!) { contractDetails(id: $id) { id title status kind offerId freelancer { name } hiringManager { name }
  clientOrganization { name } offer { id state } terms { hourlyTerms { hourlyRate { rawValue } } fixedPriceTerms { fixedAmount { rawValue } } } } }
"""


@pytest.fixture
def hired(sandbox):
    job = sandbox.market.post_job(
        trap="", scam="", questions=(), kind="HOURLY", fixed_cents=None, hourly_min_cents=3000, hourly_max_cents=5000
    )
    number = int(send(sandbox, job)["newProposalId"])
    sandbox.market.react(number, "hire")
    return number


def history(sandbox, **given):
    return sandbox.graphql(HISTORY, {"filter": given}).json()["data"]["talentWorkHistory"]["workHistoryList"]


def of_proposal(sandbox, number):
    job_id = sandbox.market.proposal(number).job_id
    person = sandbox.market.freelancer().id
    return next(
        row for row in history(sandbox, personId=str(person), status=["ACTIVE"]) if row["opening"]["id"] == str(job_id)
    )


def test_a_hire_shows_in_the_work_history_with_plain_string_rates(sandbox, hired):
    contract = of_proposal(sandbox, hired)["contract"]

    assert contract["status"] == "ACTIVE"
    assert contract["terms"] == {"hourlyRate": "40.0", "fixedAmount": None, "jobType": "HOURLY"}


def test_work_history_of_somebody_else_is_refused(sandbox):
    answer = sandbox.graphql(HISTORY, {"filter": {"personId": "1"}}).json()

    assert answer["errors"][0]["message"] == "Authorization failed"


def test_contract_details_and_lists(sandbox, hired):
    number = of_proposal(sandbox, hired)["contract"]["id"]

    found = sandbox.graphql(DETAILS, {"id": number}).json()["data"]["contractDetails"]
    listed = sandbox.graphql(
        "query ($ids: [ID!]!) { contractList(ids: $ids) { contracts { id } } }", {"ids": [number]}
    ).json()
    vendor = sandbox.graphql('{ vendorContracts(filter: {vendorId: "1"}) { contracts { id status } } }').json()

    assert found["terms"] == {"hourlyTerms": [{"hourlyRate": {"rawValue": "40.0"}}], "fixedPriceTerms": []}
    assert (found["freelancer"]["name"], found["offer"]["state"]) == ("Andrii Kovalenko", "ACCEPTED")
    assert listed["data"]["contractList"]["contracts"] == [{"id": number}]
    assert {"id": number, "status": "ACTIVE"} in vendor["data"]["vendorContracts"]["contracts"]


def test_the_older_contract_is_read_by_the_id_of_its_term(sandbox, hired):
    number = int(of_proposal(sandbox, hired)["contract"]["id"])
    query = "query ($id: ID!) { contract(id: $id) { id contractId status hourlyChargeRate { rawValue } startDateTime { rawValue } } }"

    found = sandbox.graphql(query, {"id": str(number + 2)}).json()["data"]["contract"]
    missing = sandbox.graphql(query, {"id": str(number)}).json()["data"]["contract"]

    assert (found["contractId"], found["hourlyChargeRate"]["rawValue"]) == (str(number), "40.0")
    assert int(found["startDateTime"]["rawValue"]) > 10**12
    assert missing is None


def test_an_offer_is_new_until_it_becomes_a_contract(sandbox):
    job = sandbox.market.post_job(trap="", scam="", questions=())
    number = int(send(sandbox, job)["newProposalId"])
    query = """query ($id: ID!) { offersByAttribute(filter: {id: $id, searchAttribute: JobApplication}) {
      offers { id state job { id } vendorProposal { id } } } }"""
    before = sandbox.graphql(query, {"id": str(number)}).json()["data"]["offersByAttribute"]["offers"]

    sandbox.market.react(number, "offer")
    [offered] = sandbox.graphql(query, {"id": str(number)}).json()["data"]["offersByAttribute"]["offers"]
    sandbox.market.react(number, "hire")
    [hired] = sandbox.graphql(query, {"id": str(number)}).json()["data"]["offersByAttribute"]["offers"]

    assert before == []
    assert (offered["state"], hired["state"]) == ("NEW", "ACCEPTED")
    assert offered["job"]["id"] == str(job.id)


def test_rooms_of_contract_and_offer_are_the_room_of_the_proposal(sandbox, hired):
    number = of_proposal(sandbox, hired)["contract"]["id"]
    query = "query ($c: ID!, $o: ID!, $p: ID!) { contractRoom(contractId: $c) { id } offerRoom(offerId: $o) { id } proposalRoom(vendorProposalId: $p) { id } }"

    rooms = sandbox.graphql(query, {"c": number, "o": str(int(number) + 1), "p": str(hired)}).json()["data"]

    assert len({room["id"] for room in rooms.values()}) == 1


def test_a_client_one_worked_for_is_known(sandbox, hired):
    job = sandbox.market.job(sandbox.market.proposal(hired).job_id)
    query = """query ($f: MarketplaceJobPostingsSearchFilter) { marketplaceJobPostingsSearch(marketPlaceJobFilter: $f) {
      edges { node { freelancerClientRelation { lastContractTitle } } } } }"""

    found = sandbox.graphql(query, {"f": {"previousClients_eq": True, "titleExpression_eq": f'"{job.title}"'}}).json()

    [edge] = found["data"]["marketplaceJobPostingsSearch"]["edges"]
    assert edge["node"]["freelancerClientRelation"] == {"lastContractTitle": job.title}


def test_time_and_money_answer_with_nothing_yet(sandbox):
    query = """{ workDays(workdaysInput: {contractIds: ["1"], timeRange: {rangeStart: "20261101"}}) { workDays }
      workDiaryContract(workDiaryContractInput: {contractId: "1", date: "20261101"}) { workDiaryTimeCells { memo } }
      contractTimeReport { edges { node { memo } } } accountingEntity { id }
      transactionHistory { transactionDetail { transactionHistoryRow { type } } }
      user { contractTimeReport(timeReportDate_bt: {rangeStart: "20261101"}) { edges { node { memo } } } } }"""

    data = sandbox.graphql(query).json()["data"]

    assert data["workDays"] == {"workDays": []}
    assert data["workDiaryContract"] == {"workDiaryTimeCells": []}
    assert data["transactionHistory"] == {"transactionDetail": {"transactionHistoryRow": []}}
    assert data["user"]["contractTimeReport"] == data["contractTimeReport"] == {"edges": []}
