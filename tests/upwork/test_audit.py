"""Connecting, losing and ending the connection in the audit trail, without a key or a token."""

from apps.core.audit import Action
from apps.upwork import services
from apps.upwork.services import refreshing
from tests.trail import trail
from tests.upwork.conftest import connect


def test_connection_is_written_down_from_its_making_to_its_end(sandbox, person):
    connection = connect(sandbox, person)
    refreshing.ask_to_reconnect(connection)
    services.disconnect(owner_id=person.pk)

    _key, made, lost, ended = trail(person)
    assert (made[0], made[2]["is_sandbox"]) == (Action.UPWORK_CONNECTED, True)
    assert lost[0] == Action.UPWORK_LOST
    assert (ended[0], ended[1]) == (Action.UPWORK_DISCONNECTED, {"upwork_name": made[2]["upwork_name"]})
    assert "secret" not in str(trail(person))
