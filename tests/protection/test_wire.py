"""Below the pages: requests that two servers could read in two ways, bodies without an end, handshakes from elsewhere.

A real Granian answers, WSGI as in production for the pages and ASGI for the sockets.
"""

import contextlib
import os
import socket
import subprocess
import sys
import time

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from apps.core.protection import HEADERS
from dev.engines import free_port
from dev.homes import CHECKOUT


@contextlib.contextmanager
def granian(interface: str, folder):
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        interface,
        "--workers",
        "1",
        "--port",
        str(port),
        "--no-log",
    ]
    command.append("config.wsgi:application" if interface == "wsgi" else "config.asgi:application")
    environment = os.environ | {"STATIC_ROOT": str(folder), "RATE_LIMIT_ACCOUNT": "40", "UPLOAD_MOST_BYTES": "100000"}
    with subprocess.Popen(
        command, env=environment, cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    for _attempt in range(600):
        with contextlib.suppress(OSError):
            if say(port, b"GET /health/live/ HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n\r\n").startswith(
                b"HTTP/1.1 200"
            ):
                return
        time.sleep(0.1)
    raise TimeoutError


def say(port: int, raw: bytes, seconds: float = 5) -> bytes:
    """Everything the server says to these bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as line:
        line.sendall(raw)
        heard = b""
        with contextlib.suppress(TimeoutError, ConnectionResetError):
            while more := line.recv(65_536):
                heard += more
    return heard


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    with granian("wsgi", tmp_path_factory.mktemp("static")) as port:
        yield port


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    with granian("asginl", tmp_path_factory.mktemp("static")) as port:
        yield port


HIDDEN = b"GET /smuggled/ HTTP/1.1\r\nHost: testserver\r\n\r\n"
POST = b"POST /health/csp/ HTTP/1.1\r\nHost: testserver\r\nContent-Type: application/json\r\n"
TWO_READINGS = {
    "length and chunks": POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 60\r\n\r\n{}" + HIDDEN,
    "length with a sign": POST + b"Content-Length: +2\r\n\r\n{}" + HIDDEN,
    "length that is no number": POST + b"Content-Length: 2, 2x\r\n\r\n{}" + HIDDEN,
    "negative length": POST + b"Content-Length: -1\r\n\r\n{}" + HIDDEN,
    "chunks by another name": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "chunks twice": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + HIDDEN,
    "space before the colon": POST + b"Content-Length : 60\r\n\r\n" + HIDDEN,
    "folded header": POST + b"X: a\r\n Content-Length: 60\r\n\r\n" + HIDDEN,
    "chunk that is no number": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "NUL in a header": POST + b"X: a\x00b\r\nContent-Length: 2\r\n\r\n{}",
    "no version": b"GET /\r\n\r\n",
    "not HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(60),
    "line without an end": b"GET /" + b"a" * 200_000,
    "headers without an end": b"GET / HTTP/1.1\r\n" + b"X: " + b"a" * 900_000,
}


@pytest.mark.parametrize("raw", TWO_READINGS.values(), ids=TWO_READINGS)
def test_request_with_two_readings_is_refused_or_read_in_one(pages, raw):
    """Where an answer comes after the first one, the hidden request was taken for a request of its own: the first must
    then have ended where any proxy sees its end, or the line must have been closed."""
    heard = say(pages, raw, seconds=2)

    statuses = [int(part[:3]) for part in heard.split(b"HTTP/1.1 ")[1:]]
    assert all(status < 500 for status in statuses)
    if b"Transfer-Encoding" in raw or b"Content-Length" in raw:
        assert statuses[:1] in ([400], [204], [501], []), heard[:200]
    if raw.startswith(POST + b"Content-Length: 2\r\nContent-Length") or b"+2" in raw or b"-1" in raw or b"2x" in raw:
        assert statuses in ([400], [])
    assert say(pages, b"GET /health/live/ HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n\r\n").startswith(
        b"HTTP/1.1 200"
    )


def test_length_and_chunks_together_end_where_the_chunks_end(pages):
    heard = say(pages, TWO_READINGS["length and chunks"], seconds=2)

    assert heard.count(b"HTTP/1.1 ") == 1 or b"HTTP/1.1 404" in heard.split(b"HTTP/1.1 ", 2)[2]


def test_address_of_another_host_in_the_line_is_no_way_round(pages):
    heard = say(
        pages, b"GET http://evil.example/accounts/login/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    )

    assert heard.startswith(b"HTTP/1.1 400")


def test_too_long_a_body_is_refused_before_it_is_sent(pages):
    head = b"POST /accounts/login/ HTTP/1.1\r\nHost: testserver\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\n"

    assert say(pages, head, seconds=3).startswith(b"HTTP/1.1 413")


def test_body_in_chunks_without_an_end_is_not_kept(live):
    head = b"POST /accounts/login/ HTTP/1.1\r\nHost: testserver\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"ffff\r\n" + b"a" * 0xFFFF + b"\r\n"

    heard = b""
    with socket.create_connection(("127.0.0.1", live), timeout=10) as line, contextlib.suppress(OSError):
        line.sendall(head)
        for _number in range(200):  # 13 MB, of which 1.4 MB are read
            line.sendall(chunk)
        heard = line.recv(1_000)

    assert not heard.startswith(b"HTTP/1.1 2")
    assert say(live, b"GET /health/live/ HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n\r\n").startswith(
        b"HTTP/1.1 200"
    )


@pytest.mark.parametrize(
    ("path", "origin", "status"),
    (
        ("/ws/live/", "https://evil.example", 403),
        ("/ws/live/", None, 403),
        ("/ws/live/", "null", 403),
        ("/ws/live/", "http://[::1", 404),
        ("/ws/nowhere/", "http://testserver", 404),
    ),
)
def test_handshake_from_elsewhere_is_refused_with_the_headers(live, path, origin, status):
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(f"ws://127.0.0.1:{live}{path}", origin=origin, additional_headers={"Host": "testserver"}),
    ):
        pass

    answer = refused.value.response
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_handshakes_of_one_address_are_counted(live):
    seen = []
    for _number in range(45):
        try:
            with connect(f"ws://127.0.0.1:{live}/ws/live/", origin="https://evil.example"):
                pass
        except InvalidStatus as refused:
            seen.append(refused.response.status_code)

    assert set(seen) == {403, 429}
    assert seen[-1] == 429
