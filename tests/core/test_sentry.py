"""Error reports: what reaches a local receiver carries no personal data and no secret."""

import gzip
import http.server
import json
import threading

import brotli
import pytest
import sentry_sdk
from django.db import DatabaseError, connection

from apps.core import logs, sentry

UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}
SECRETS = ("anna@example.com", "oauth2v2_0123456789abcdef", "sk-live-abcdefghij", "Dear client, I would love")


class Receiver(http.server.BaseHTTPRequestHandler):
    bodies: list[str] = []
    port = 0

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.bodies.append(UNPACK[self.headers.get("Content-Encoding", "")](body).decode())
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_args):
        """Quiet."""


@pytest.fixture
def receiver():
    Receiver.bodies = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    Receiver.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sentry.start(dsn=f"http://key@127.0.0.1:{server.server_port}/1", environment="test", release="1")
    yield Receiver
    sentry_sdk.get_global_scope().set_client(None)
    server.shutdown()
    server.server_close()


def _event(receiver) -> dict:
    sentry_sdk.flush(5)
    lines = [json.loads(line) for body in receiver.bodies for line in body.splitlines() if line.startswith("{")]
    return next(line for line in lines if "exception" in line)


def test_report_holds_the_error_and_the_request_id(receiver):
    identifier = logs.start_request("request-12345678")
    try:
        raise RuntimeError("Sync of search 7 failed")
    except RuntimeError as error:
        sentry_sdk.capture_exception(error)

    event = _event(receiver)

    assert event["exception"]["values"][0]["value"] == "Sync of search 7 failed"
    assert event["tags"]["request_id"] == identifier


def test_report_holds_no_secret_and_no_personal_data(receiver):
    with sentry_sdk.isolation_scope() as scope:
        scope.set_user({"email": SECRETS[0], "id": 5})
        scope.set_extra("access_token", SECRETS[1])
        scope.set_extra("letter", SECRETS[3])
        scope.set_extra("note", f"the key {SECRETS[2]} of {SECRETS[0]}")
        sentry_sdk.add_breadcrumb(message=f"mail to {SECRETS[0]}", data={"token": SECRETS[1]})
        letter = SECRETS[3]
        try:
            raise ValueError(f"{SECRETS[1]} was refused for {SECRETS[0]} ({len(letter)})")
        except ValueError as error:
            sentry_sdk.capture_exception(error)

    event = _event(receiver)

    assert [secret for secret in SECRETS if secret in json.dumps(event)] == []
    assert "was refused for" in event["exception"]["values"][0]["value"]


@pytest.mark.django_db
def test_report_leaves_out_the_rows_that_the_database_quotes(receiver):
    try:
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'It broke' USING DETAIL = upper('dear client'); END $$")
    except DatabaseError as error:
        sentry_sdk.capture_exception(error)

    event = _event(receiver)

    assert all("It broke" in value["value"] for value in event["exception"]["values"])
    assert "DEAR CLIENT" not in json.dumps(event)


def test_without_a_dsn_nothing_is_started():
    sentry.start(dsn="", environment="test", release="1")

    assert not sentry_sdk.get_client().is_active()
