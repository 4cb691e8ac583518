"""Trying a key over real HTTP: what the page says about it is what the vendor said."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from apps.accounts.enums import KeyKind, KeyResult
from apps.accounts.vault.sealing import OpenedKey
from apps.ai import key_tests


def key(kind=KeyKind.OPENAI, secret="sk-good-key", **values):
    common = {"id": 1, "owner_id": 1, "name": "Mine", "last_four": "", "base_url": "", "model": "", "client_id": ""}
    return OpenedKey(**{**common, "kind": kind, "secret": secret, **values})


@pytest.fixture
def answers(settings):
    """A server of somebody's own: what it answers to a list of models and to a question; remembers what it got."""
    script = {"models": (200, {"data": [{"id": "qwen3"}]}), "ask": (200, {}), "asked": []}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self._answer(*script["models"])

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            script["asked"].append((self.path, self.headers.get("Authorization"), json.loads(body)))
            self._answer(*script["ask"])

        def _answer(self, status, body):
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    settings.OUTBOUND_PRIVATE_ALLOW = [f"127.0.0.1:{server.server_port}"]
    script["url"] = f"http://127.0.0.1:{server.server_port}/v1"
    yield script
    server.shutdown()
    server.server_close()


def server_key(answers, **values):
    return key(KeyKind.COMPATIBLE, **{"base_url": answers["url"], "model": "qwen3", **values})


@pytest.mark.parametrize("kind", (KeyKind.OPENAI, KeyKind.ANTHROPIC))
def test_good_key_works(providers, kind):
    assert key_tests.check(key(kind)) == KeyResult.WORKS


@pytest.mark.parametrize("kind", (KeyKind.OPENAI, KeyKind.ANTHROPIC))
def test_bad_key_is_refused(providers, kind):
    assert key_tests.check(key(kind, "bad-key")) == KeyResult.REFUSED


@pytest.mark.parametrize("kind", (KeyKind.OPENAI, KeyKind.ANTHROPIC))
@pytest.mark.parametrize(
    ("fault", "result"),
    (
        ("quota", KeyResult.NO_CREDIT),
        ("rate_limit", KeyResult.BUSY),
        ("no_model", KeyResult.NO_MODEL),
        ("server_error", KeyResult.NO_ANSWER),
        ("overloaded", KeyResult.NO_ANSWER),
    ),
)
def test_what_the_vendor_says_is_told(providers, kind, fault, result):
    providers.fail(fault)

    assert key_tests.check(key(kind)) == result


def test_test_costs_a_word_or_two(providers):
    key_tests.check(key())

    (asked,) = providers.calls()
    assert (asked["model"], asked["max_completion_tokens"]) == ("gpt-6.1-sol", 16)


def test_own_server_is_asked_for_its_model_with_its_key(answers):
    assert key_tests.check(server_key(answers)) == KeyResult.WORKS

    (path, authorization, body), *_more = answers["asked"]
    assert (path, authorization, body["model"]) == ("/v1/chat/completions", "Bearer sk-good-key", "qwen3")


def test_list_that_everybody_may_see_proves_no_key(answers):
    answers["ask"] = (401, {"error": {"message": "No auth credentials found"}})

    assert key_tests.check(server_key(answers)) == KeyResult.REFUSED


def test_server_without_a_key_is_looked_up_in_its_list_alone(answers):
    known, unknown = server_key(answers, secret=""), server_key(answers, secret="", model="llama")

    assert [key_tests.check(known), key_tests.check(unknown)] == [KeyResult.WORKS, KeyResult.NO_MODEL]
    assert answers["asked"] == []


def test_server_that_minds_the_request_has_accepted_the_key(answers):
    answers["ask"] = (400, {"error": {"message": "max_tokens is too low"}})

    assert key_tests.check(server_key(answers)) == KeyResult.WORKS


@pytest.mark.parametrize(
    "models",
    (
        (404, {}),
        (200, b"<html>router</html>"),
        (200, []),
        (200, {"data": "none"}),
        (302, {}),
    ),
    ids=("nowhere", "page", "list", "word", "redirect"),
)
def test_what_is_no_such_server_is_called_so(answers, models):
    answers["models"] = models

    assert key_tests.check(server_key(answers)) == KeyResult.STRANGE


def test_answer_without_measure_is_not_read(answers):
    answers["models"] = (200, b"x" * (key_tests.MOST_BYTES + 1))

    assert key_tests.check(server_key(answers)) == KeyResult.NO_ANSWER


def test_nobody_there_is_no_answer(settings):
    settings.OUTBOUND_PRIVATE_ALLOW = ["127.0.0.1:9"]

    assert key_tests.check(key(KeyKind.COMPATIBLE, base_url="http://127.0.0.1:9/v1")) == KeyResult.NO_ANSWER


def test_private_address_is_not_dialled(answers, settings):
    settings.OUTBOUND_PRIVATE_ALLOW = []

    assert key_tests.check(server_key(answers)) == KeyResult.ADDRESS
    assert answers["asked"] == []
