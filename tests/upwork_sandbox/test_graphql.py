import pytest

from apps.upwork.sandbox.limits import RateLimit
from apps.upwork.sandbox.quirks import Quirks
from tests.upwork_sandbox.documents import SEARCH, search, send
from tests.upwork_sandbox.server import running_sandbox

USER = "{ user { id nid rid name email } organization { id } }"
CONNECTS = "{ connectsSummary { connectsBalance } }"


def errors(answer):
    return [(error["message"], error["extensions"]["classification"]) for error in answer.json()["errors"]]


def test_user_and_organization(sandbox):
    person = sandbox.market.freelancer()

    data = sandbox.graphql(USER).json()["data"]

    assert data["user"]["name"] == "Andrii Kovalenko"
    assert (data["user"]["id"], data["organization"]["id"]) == (str(person.id), str(person.organization_id))


@pytest.mark.parametrize("header", ("", "Bearer nonsense", "Basic abc"))
def test_without_a_good_token_the_answer_is_401(sandbox, header):
    answer = sandbox.post("/graphql", json={"query": USER}, headers={"Authorization": header})

    assert answer.status_code == 401
    assert "message" in answer.json()


@pytest.mark.parametrize(
    ("query", "message"),
    (
        ("{ user { nothing } }", "Validation error (FieldUndefined@[user/nothing]) : Field 'nothing' in type 'CurrentUser' is undefined"),
        ("{ user }", "Validation error (SubselectionRequired@[user]) : "),
        ("{ marketplaceJobPosting { id } }", "Validation error (MissingFieldArgument@[marketplaceJobPosting]) : "),
        ('{ marketplaceJobPosting(id: null) { id } }', "Validation error (NullValueForNonNullArgument@[marketplaceJobPosting]) : "),
        ('{ ontologySkills(limit: "x") { id } }', "Validation error (WrongType@[ontologySkills]) : "),
        ("{ user(x: 1) { id } }", "Validation error (UnknownArgument@[user]) : "),
    ),
)  # fmt: skip
def test_mistakes_are_answered_in_the_real_servers_words(sandbox, query, message):
    answer = sandbox.graphql(query)

    assert answer.status_code == 200
    assert "data" not in answer.json() or answer.json()["data"] is None
    assert errors(answer)[0][0].startswith(message)
    assert errors(answer)[0][1] == "ValidationError"


def test_syntax_errors_and_bodies_that_are_no_json(sandbox):
    token = sandbox.tokens()["access_token"]

    syntax = sandbox.graphql("{ user { ")
    no_json = sandbox.post("/graphql", content=b"query", headers={"Authorization": f"Bearer {token}"})

    assert errors(syntax)[0][1] == "InvalidSyntax"
    assert no_json.status_code == 400


def test_wrong_variables_are_a_validation_error(sandbox):
    answer = sandbox.graphql(SEARCH, {"filter": {"jobType_eq": "SOMETIMES"}})

    assert answer.json()["data"] is None
    assert errors(answer)[0][1] == "ValidationError"


def test_missing_scopes_fail_the_whole_query_and_are_listed(sandbox):
    token = sandbox.tokens(profile="freelancer")["access_token"]

    answer = sandbox.graphql("{ user { id } connectsSummary { connectsBalance } }", token=token)

    assert answer.status_code == 200
    assert answer.json()["data"] is None
    assert errors(answer) == [
        (
            "The client or authentication token doesn't have enough oauth2 permissions/scopes to access:"
            " [Query.connectsSummary, ConnectsSummary.connectsBalance].",
            "ExecutionAborted",
        )
    ]


@pytest.mark.parametrize(
    ("profile", "query", "allowed"),
    (
        ("full", CONNECTS, True), ("freelancer", CONNECTS, False), ("agency", "{ companySelector { items { title } } }", True),
        ("agency", "{ marketplaceJobPostingsSearch { totalCount } }", False),
        ("freelancer", "{ marketplaceJobPostingsSearch { totalCount } }", True),
        ("freelancer", '{ contractList(ids: ["1"]) { contracts { id } } }', False),
        ("agency", '{ contractList(ids: ["1"]) { contracts { id } } }', True),
    ),
)  # fmt: skip
def test_profiles_of_keys(sandbox, profile, query, allowed):
    token = sandbox.tokens(profile=profile)["access_token"]

    answer = sandbox.graphql(query, token=token).json()

    assert ("errors" not in answer) is allowed


def test_a_reader_may_search_and_not_send(sandbox):
    job = sandbox.market.post_job(scam="", trap="", questions=())
    token = sandbox.tokens(profile="reader")["access_token"]

    found = sandbox.graphql("{ marketplaceJobPostingsSearch { totalCount } }", token=token).json()
    refused = sandbox.graphql(
        "mutation ($i: CreateJobProposalInput!) { createJobProposal(input: $i) { status } }",
        {
            "i": {
                "selectedContractor": {"id": "1", "oDeskUserID": "x"},
                "jobReference": str(job.id),
                "chargedAmount": 1,
                "teamOrgId": "1",
            }
        },
        token=token,
    ).json()

    assert "errors" not in found
    assert "Mutation.createJobProposal" in refused["errors"][0]["message"]


def test_a_second_type_in_one_request_is_bad_faith(sandbox):
    one = sandbox.graphql('{ __type(name: "Money") { name } }').json()
    two = sandbox.graphql('{ a: __type(name: "Money") { name } b: __type(name: "Job") { name } }')

    assert one["data"]["__type"] == {"name": "Money"}
    assert errors(two)[0][1] == "BadFaithIntrospection"


def test_tenant_header_chooses_the_organization(sandbox):
    person = sandbox.market.freelancer("mdiallo")
    token = sandbox.tokens(freelancer="mdiallo")["access_token"]
    query = "{ organization { id name flag { agency } } companySelector { items { title organizationId } } }"

    plain = sandbox.graphql(query, token=token).json()["data"]
    agency = sandbox.graphql(query, token=token, **{"X-Upwork-API-TenantId": str(person.agency_id)}).json()["data"]
    foreign = sandbox.graphql(query, token=token, **{"X-Upwork-API-TenantId": "1"})

    assert [item["title"] for item in plain["companySelector"]["items"]] == ["Mariama Diallo", "Diallo Digital"]
    assert plain["organization"]["id"] == str(person.organization_id)
    assert agency["organization"] == {"id": str(person.agency_id), "name": "Diallo Digital", "flag": {"agency": True}}
    assert errors(foreign)[0][0] == "Authorization failed"


@pytest.mark.parametrize("agent", ("", "Python-urllib/3.11"))
def test_firewall_turns_away_odd_user_agents(sandbox, agent):
    answer = sandbox.post("/graphql", json={"query": USER}, headers={"User-Agent": agent})

    assert answer.status_code == 403
    assert "Just a moment" in answer.text


def test_more_than_ten_calls_at_once_are_turned_away_without_retry_after():
    now = [1_800_000_000.0]

    with running_sandbox(quirks=Quirks(), clock=lambda: now[0]) as sandbox:
        token = sandbox.tokens()["access_token"]
        answers = [sandbox.graphql("{ user { id } }", token=token) for _ in range(12)]
        now[0] += 1.01
        later = sandbox.graphql("{ user { id } }", token=token)

    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 2
    assert answers[-1].text == "Too Many Requests"
    assert "retry-after" not in answers[-1].headers
    assert later.status_code == 200


def test_three_hundred_calls_a_minute_are_the_most():
    now = [0.0]
    limit = RateLimit(lambda: now[0])

    waits = []
    for _ in range(301):
        now[0] += 0.125
        waits.append(limit.wait("192.0.2.1"))

    assert waits[:300] == [0.0] * 300
    assert waits[300] == 22.5
    assert limit.wait("192.0.2.2") == 0


def test_retry_after_can_be_switched_on():
    with running_sandbox(quirks=Quirks(retry_after=True), clock=lambda: 1_800_000_000.0) as sandbox:
        token = sandbox.tokens()["access_token"]
        answers = [sandbox.graphql("{ user { id } }", token=token) for _ in range(11)]

    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"] == "1"


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    (
        ("500", 500, "Internal Server Error"), ("429", 429, "Too Many Requests"), ("html", 403, "Enable JavaScript"),
        ("errors", 200, "Exception occurred"), ("transform-timeout", 200, "Transform timeout"), ("slow", 200, "Andrii"),
    ),
)  # fmt: skip
def test_ordered_faults_happen_once(sandbox, kind, status, words):
    sandbox.control("faults", kind=kind, seconds=0.01)

    first, second = sandbox.graphql(USER), sandbox.graphql(USER)

    assert first.status_code == status
    assert words in first.text
    assert second.json()["data"]["user"]["name"] == "Andrii Kovalenko"


def test_a_fault_can_be_kept_for_one_operation(sandbox):
    sandbox.control("faults", kind="500", operation="createJobProposal", calls=2)
    job = sandbox.market.post_job(scam="", trap="", questions=())

    user = sandbox.graphql(USER)
    sent = sandbox.graphql(
        "mutation ($i: CreateJobProposalInput!) { createJobProposal(input: $i) { status } }",
        {
            "i": {
                "selectedContractor": {"id": "1", "oDeskUserID": "x"},
                "jobReference": str(job.id),
                "chargedAmount": 1,
                "teamOrgId": "1",
            }
        },
    )
    sandbox.control("faults/clear")

    assert (user.status_code, sent.status_code) == (200, 500)


def test_a_lost_answer_has_been_carried_out(sandbox):
    job = sandbox.market.post_job(scam="", trap="", questions=())
    sandbox.control("faults", kind="lost", operation="createJobProposal")
    before = len(sandbox.ledger()["proposals"])

    with pytest.raises(ValueError, match="Expecting value"):
        send(sandbox, job)

    assert len(sandbox.ledger()["proposals"]) == before + 1
    assert send(sandbox, job)["error"].startswith("VJ-JA-10")


def test_revocation_fault_ends_the_callers_tokens(sandbox):
    token = sandbox.tokens()["access_token"]
    sandbox.control("faults", kind="revoke")

    answers = [sandbox.graphql(USER, token=token).status_code for _ in range(2)]

    assert answers == [401, 401]


def test_ledger_counts_what_was_asked(sandbox):
    before = sandbox.ledger()["counters"].get("api_marketplaceJobPostingsSearch", 0)

    search(sandbox)

    assert sandbox.ledger()["counters"]["api_marketplaceJobPostingsSearch"] == before + 1
