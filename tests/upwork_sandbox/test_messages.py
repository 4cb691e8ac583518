import pytest

from tests.upwork_sandbox.documents import nodes, send
from tests.upwork_sandbox.server import running_sandbox

ROOMS = """
query ($filter: RoomFilter) { roomList(filter: $filter, sortOrder: DESC) { totalCount edges { node {
  id roomName topic roomType numUnread numUsers hidden createdAtDateTime
  roomUsers { role user { id name } organization { id } } latestStory { message }
  vendorProposal { id } stories { totalCount }
} } } }
"""
STORIES = """
query ($filter: RoomStoryFilter) { roomStories(filter: $filter) { totalCount pageInfo { endCursor hasNextPage }
  edges { node { id message createdDateTime user { id name } room { id } } } } }
"""
WRITE = "mutation ($input: RoomStoryCreateInputV2!) { createRoomStoryV2(input: $input) { id message user { nid } } }"


@pytest.fixture
def proposal(sandbox):
    job = sandbox.market.post_job(
        specialty="python-backend", trap="", questions=(), scam="", client={"contact": "Mike"}
    )
    return int(send(sandbox, job)["newProposalId"])


def room_of(sandbox, proposal, **given):
    found = nodes(sandbox.graphql(ROOMS, {"filter": given}).json()["data"]["roomList"])
    return next((room for room in found if room["vendorProposal"]["id"] == str(proposal)), None)


def stories(sandbox, room, **story_filter):
    variables = {"filter": {"roomId_eq": room["id"], "storyFilter": story_filter}}
    return sandbox.graphql(STORIES, variables).json()["data"]["roomStories"]


def test_there_is_no_room_before_the_client_writes(sandbox, proposal):
    query = "query ($id: ID!) { proposalRoom(vendorProposalId: $id) { id } }"

    answer = sandbox.graphql(query, {"id": str(proposal)}).json()

    assert answer["data"] is None
    assert answer["errors"][0]["message"] == "Room not found"


def test_a_reply_opens_a_room_with_the_message(sandbox, proposal):
    sandbox.market.react(proposal, "reply", "Hi Andrii, when could you start?")

    room = room_of(sandbox, proposal)

    assert room["roomName"] == "Mike, Andrii"
    assert room["numUnread"] == 1
    assert room["latestStory"] == {"message": "Hi Andrii, when could you start?"}
    assert {user["role"] for user in room["roomUsers"]} == {"owner", "participant"}


def test_reading_messages_marks_them_as_read(sandbox, proposal):
    sandbox.market.react(proposal, "reply", "First")
    room = room_of(sandbox, proposal)

    found = stories(sandbox, room)

    assert [story["message"] for story in nodes(found)] == ["First"]
    assert nodes(found)[0]["room"]["id"] == room["id"]
    assert room_of(sandbox, proposal)["numUnread"] == 0


def test_unread_rooms_only(sandbox, proposal):
    sandbox.market.react(proposal, "reply", "First")
    room = room_of(sandbox, proposal, unreadRoomsOnly_eq=True)

    stories(sandbox, room)

    assert room_of(sandbox, proposal, unreadRoomsOnly_eq=True) is None


def test_messages_come_newest_first_and_in_pages(sandbox, proposal):
    for text in ("one", "two", "three"):
        sandbox.market.react(proposal, "interview", text)
    room = room_of(sandbox, proposal)

    first = stories(sandbox, room, pagination={"first": 2, "after": "0"})
    second = stories(sandbox, room, pagination={"first": 2, "after": first["pageInfo"]["endCursor"]})

    assert [story["message"] for story in nodes(first)] == ["three", "two"]
    assert [story["message"] for story in nodes(second)] == ["one"]
    assert second["pageInfo"]["hasNextPage"] is False


def test_messages_of_a_period(sandbox, proposal):
    sandbox.market.react(proposal, "reply", "now")
    room = room_of(sandbox, proposal)

    later = stories(sandbox, room, storyCreatedDateTime_bt={"rangeStart": "2999-01-01T00:00:00Z"})
    around = stories(sandbox, room, storyCreatedDateTime_bt={"rangeStart": "1000", "rangeEnd": "2999-01-01"})

    assert (later["totalCount"], around["totalCount"]) == (0, 1)


def test_rooms_active_since(sandbox, proposal):
    sandbox.market.react(proposal, "reply", "now")

    assert room_of(sandbox, proposal, activeSince_eq="2001-01-01T00:00:00Z") is not None
    assert room_of(sandbox, proposal, activeSince_eq="2999-01-01T00:00:00Z") is None


def test_archived_rooms_are_hidden_unless_asked_for(sandbox, proposal):
    sandbox.market.react(proposal, "reply", "now")
    room = room_of(sandbox, proposal)

    sandbox.graphql("mutation ($id: ID!) { archiveRoom(roomId: $id) { hidden } }", {"id": room["id"]})

    assert room_of(sandbox, proposal) is None
    assert room_of(sandbox, proposal, includeHidden_eq=True)["hidden"] is True
    assert room_of(sandbox, proposal, subscribed_eq=False)["hidden"] is True


def test_the_freelancer_writes_and_the_client_answers_later():
    now = [1_800_000_000.0]

    with running_sandbox(clock=lambda: now[0]) as sandbox:
        jobs = [sandbox.market.post_job(trap="", questions=(), scam="") for _ in range(6)]
        proposals = [int(send(sandbox, job)["newProposalId"]) for job in jobs]
        for number in proposals:
            sandbox.market.react(number, "reply", "Hello")
            room = room_of(sandbox, number)
            written = sandbox.graphql(WRITE, {"input": {"roomId": room["id"], "message": "Tomorrow at ten?"}}).json()
        now[0] += 300
        counts = [stories(sandbox, room_of(sandbox, number))["totalCount"] for number in proposals]

    assert written["data"]["createRoomStoryV2"]["message"] == "Tomorrow at ten?"
    assert written["data"]["createRoomStoryV2"]["user"] == {"nid": "akovalenko"}
    assert min(counts) >= 2
    assert max(counts) >= 3


def test_own_messages_can_be_changed_and_removed_others_not(sandbox, proposal):
    sandbox.market.react(proposal, "reply", "From the client")
    room = room_of(sandbox, proposal)
    own = sandbox.graphql(WRITE, {"input": {"roomId": room["id"], "message": "Tpyo"}}).json()["data"][
        "createRoomStoryV2"
    ]
    theirs = nodes(stories(sandbox, room))[-1]
    change = "mutation ($i: RoomStoryUpdateInputV2!) { updateRoomStoryV2(input: $i) { status } }"
    remove = "mutation ($r: ID!, $s: ID!) { removeRoomStory(roomId: $r, storyId: $s) }"

    sandbox.graphql(change, {"i": {"roomId": room["id"], "storyId": own["id"], "message": "Typo"}})
    changed = [story["message"] for story in nodes(stories(sandbox, room))]
    sandbox.graphql(remove, {"r": room["id"], "s": own["id"]})
    refused = sandbox.graphql(remove, {"r": room["id"], "s": theirs["id"]}).json()

    assert sorted(changed) == ["From the client", "Typo"]
    assert [story["message"] for story in nodes(stories(sandbox, room))] == ["From the client"]
    assert refused["errors"][0]["message"] == "Authorization failed"


@pytest.mark.parametrize(
    ("query", "variables"),
    (
        ("query ($id: ID!) { room(id: $id) { id } }", {}),
        ("query ($id: ID!) { roomStories(filter: {roomId_eq: $id}) { totalCount } }", {}),
        ("query ($id: ID!) { roomStory(roomId: $id, storyId: 1) { id } }", {}),
        ("mutation ($id: ID!) { archiveRoom(roomId: $id) { id } }", {}),
        ('mutation ($id: ID!) { createRoomStoryV2(input: {roomId: $id, message: "x"}) { id } }', {}),
    ),
)
def test_a_stranger_reaches_no_room(sandbox, proposal, query, variables):
    sandbox.market.react(proposal, "reply", "Private")
    room = room_of(sandbox, proposal)
    stranger = sandbox.tokens(freelancer="jokafor")["access_token"]

    answer = sandbox.graphql(query, {"id": room["id"], **variables}, token=stranger)

    assert "Authorization failed" in answer.text
    assert "Private" not in answer.text


def test_a_freelancer_cannot_open_a_room(sandbox):
    answer = sandbox.graphql('mutation { createRoomV2(input: {roomType: ONE_ON_ONE, topic: "Hi"}) { id } }').json()

    assert answer["errors"][0]["message"] == "Authorization failed"


def test_system_story_does_not_exist_whatever_the_documentation_says(sandbox):
    query = "query { roomStories(filter: {roomId_eq: 1}) { edges { node { systemStory } } } }"

    answer = sandbox.graphql(query).json()

    assert answer["errors"][0]["message"] == (
        "Validation error (FieldUndefined@[roomStories/edges/node/systemStory]) :"
        " Field 'systemStory' in type 'RoomStory' is undefined"
    )
