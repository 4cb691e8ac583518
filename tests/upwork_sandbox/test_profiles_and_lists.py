import pytest

from apps.upwork.sandbox.market.people import profile_key

PROFILE = """
query ($id: ID!) { talentProfile(personId: $id) { profiles {
  personalData { firstName title description chargeRate { rawValue currency } } skills { prettyName }
  profileAggregates { totalEarnings totalJobs topRatedStatus } personAvailability { capacity } } } }
"""


def test_talent_profile_says_what_a_letter_needs(sandbox):
    person = sandbox.market.freelancer()

    [found] = sandbox.graphql(PROFILE, {"id": str(person.id)}).json()["data"]["talentProfile"]["profiles"]

    assert found["personalData"]["chargeRate"] == {"rawValue": "45.0", "currency": "USD"}
    assert [skill["prettyName"] for skill in found["skills"]] == list(person.skills)
    assert found["profileAggregates"] == {"totalEarnings": 184320.0, "totalJobs": 64, "topRatedStatus": "top_rated"}


def test_profiles_by_key_and_of_the_user(sandbox):
    key = profile_key(sandbox.market.freelancer())
    query = """query ($k: String!) {
      freelancerProfileByProfileKey(profileKey: $k) { fullName aggregates { jobSuccessScore } skills { edges { node { preferredLabel } } } }
      talentProfileByProfileKey(profileKey: $k) { personalData { lastName } }
      user { ciphertext freelancerProfile { fullName } talentProfile { personId } } }"""

    data = sandbox.graphql(query, {"k": key}).json()["data"]

    assert data["freelancerProfileByProfileKey"]["fullName"] == "Andrii Kovalenko"
    assert data["freelancerProfileByProfileKey"]["aggregates"]["jobSuccessScore"] == 97.0
    assert data["talentProfileByProfileKey"] == {"personalData": {"lastName": "Kovalenko"}}
    assert data["user"]["ciphertext"] == key


@pytest.mark.parametrize(
    "query", ('{ talentProfile(personId: "1") { profiles { personId } } }', '{ freelancerProfileByProfileKey(profileKey: "~01x") { id } }')
)  # fmt: skip
def test_unknown_people_are_an_error(sandbox, query):
    assert sandbox.graphql(query).json()["errors"]


def test_categories_have_the_real_numbers(sandbox):
    query = "{ ontologyCategories { id preferredLabel slug subcategories { id preferredLabel } services { preferredLabel } } }"

    found = {place["preferredLabel"]: place for place in sandbox.graphql(query).json()["data"]["ontologyCategories"]}

    assert len(found) == 12
    web = found["Web, Mobile & Software Dev"]
    assert (web["id"], web["slug"]) == ("531770282580668418", "web-mobile-software-dev")
    assert {"id": "531770282584862733", "preferredLabel": "Web Development"} in web["subcategories"]
    assert {"preferredLabel": "Back-End Development"} in web["services"]


def test_skills_come_in_pages_and_by_label(sandbox):
    query = """{ first: ontologySkills(limit: 5) { id preferredLabel } second: ontologySkills(limit: 5, offset: 5) { id }
      found: ontologyElementsSearchByPrefLabel(filter: {preferredLabel_any: "djan", limit: 3}) { preferredLabel } }"""

    data = sandbox.graphql(query).json()["data"]

    ids = [skill["id"] for skill in data["first"] + data["second"]]
    assert len(set(ids)) == 10
    assert {"preferredLabel": "Django"} in data["found"]


def test_a_skill_in_a_search_has_the_number_of_the_ontology(sandbox):
    sandbox.market.post_job(title="Skill number", skills=("Django",))
    query = '{ ontologyElementsSearchByPrefLabel(filter: {preferredLabel_any: "Django", limit: 1}) { id } }'
    [skill] = sandbox.graphql(query).json()["data"]["ontologyElementsSearchByPrefLabel"]
    search = """query ($f: MarketplaceJobPostingsSearchFilter) { marketplaceJobPostingsSearch(marketPlaceJobFilter: $f) {
      edges { node { title } } } }"""

    found = sandbox.graphql(
        search, {"f": {"ontologySkillIds_all": [skill["id"]], "titleExpression_eq": '"skill number"'}}
    ).json()

    assert found["data"]["marketplaceJobPostingsSearch"]["edges"] == [{"node": {"title": "Skill number"}}]


def test_short_lists(sandbox):
    query = """{ countries { name } languages { iso639Code } timeZones { timeZoneName }
      reasons(reasonType: PROPOSAL_DECLINE) { id reason } proposalMetadata { engagementDurationValues { label } reasons { reason } } }"""

    data = sandbox.graphql(query).json()["data"]

    assert {"name": "United States"} in data["countries"]
    assert {"iso639Code": "uk"} in data["languages"]
    assert len(data["reasons"]) == 3
    assert len(data["proposalMetadata"]["engagementDurationValues"]) == 4


def test_public_search_and_contents(sandbox):
    job = sandbox.market.post_job(
        title="Public thing", scam="", kind="FIXED", fixed_cents=20000, hourly_min_cents=None, hourly_max_cents=None
    )
    query = """query ($f: PublicMarketplaceJobPostingsSearchFilter!, $ids: [ID!]!) {
      publicMarketplaceJobPostingsSearch(marketPlaceJobFilter: $f) { jobs { id title type amount { rawValue } hourlyBudgetMax client { totalHires } }
        paging { endCursor hasNextPage } }
      marketplaceJobPostingsContents(ids: $ids) { id ciphertext title } }"""
    variables = {
        "f": {"searchExpression_eq": '"public thing"', "pagination": {"pageOffset": 0, "pageSize": 5}},
        "ids": [str(job.id), "~02nothing", "12"],
    }

    data = sandbox.graphql(query, variables).json()["data"]

    [found] = data["publicMarketplaceJobPostingsSearch"]["jobs"]
    assert (found["id"], found["type"], found["amount"]["rawValue"]) == (str(job.id), "FIXED", "200.0")
    assert data["publicMarketplaceJobPostingsSearch"]["paging"]["hasNextPage"] is False
    assert data["marketplaceJobPostingsContents"] == [
        {"id": str(job.id), "ciphertext": job.ciphertext, "title": "Public thing"}
    ]


def test_one_posting_in_full(sandbox):
    job = sandbox.market.post_job(specialty="python-backend", scam="", countries=("Canada",), client={"verified": True})
    query = """query ($id: ID!) { marketplaceJobPosting(id: $id) {
      classification { category { preferredLabel } occupation { preferredLabel } skills { preferredLabel } }
      contractorSelection { location { countries } } clientCompanyPublic { country { name } paymentVerification { paymentVerified } }
      activityStat { jobActivity { totalHired } applicationsBidStats { avgRateBid { rawValue } } } ownership { team { id } } } }"""

    found = sandbox.graphql(query, {"id": str(job.id)}).json()["data"]["marketplaceJobPosting"]

    assert found["classification"]["occupation"] == {"preferredLabel": job.occupation}
    assert [skill["preferredLabel"] for skill in found["classification"]["skills"]] == list(job.skills)
    assert found["contractorSelection"]["location"]["countries"] == ["Canada"]
    assert found["clientCompanyPublic"]["paymentVerification"] == {"paymentVerified": True}
