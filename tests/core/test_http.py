"""The one door to the outside: private addresses stay shut however they are written, named or reached."""

import contextlib
import http.server
import sys
import threading
from collections.abc import Iterator

import httpx2
import pytest

from apps.core import http as door
from apps.core.errors import OutboundRefusedError

_looked_up: list[str] = []
_watching = threading.Event()


def _watch(event: str, arguments: tuple) -> None:
    if event == "socket.getaddrinfo" and _watching.is_set():
        _looked_up.append(str(arguments[0]))


@pytest.fixture
def lookups() -> Iterator[list[str]]:
    """Every name that was resolved, as the interpreter's own audit tells; a hook cannot be taken out again."""
    if not getattr(_watch, "installed", False):
        sys.addaudithook(_watch)
        _watch.installed = True
    _looked_up.clear()
    _watching.set()
    yield _looked_up
    _watching.clear()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    location = ""

    def do_GET(self) -> None:
        self.server.seen.append((self.path, self.headers.get("User-Agent", "")))
        body = b"inside"
        self.send_response(302 if self.server.location else 200)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


@contextlib.contextmanager
def _serving(location: str = "") -> Iterator[http.server.ThreadingHTTPServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.seen, server.location = [], location
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def inside():
    with _serving() as server:
        yield server


@pytest.mark.parametrize(
    "host",
    (
        "127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f000001", "127.1",
        "0.0.0.0",  # noqa: S104 asked for, not bound
    ),
)  # fmt: skip
def test_private_address_is_refused_however_it_is_written(inside, host):
    with door.client() as client, pytest.raises(OutboundRefusedError, match="OUTBOUND_PRIVATE_ALLOW"):
        client.get(f"http://{host}:{inside.server_port}/")

    assert inside.seen == []


@pytest.mark.parametrize(
    ("address", "public"),
    (
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::808:808", True),
    ),
)
def test_public_addresses_are_told_from_private_ones(address, public):
    assert door.is_public(address) is public


def test_listed_address_is_reached_with_our_name(settings, inside):
    settings.OUTBOUND_PRIVATE_ALLOW = [f"127.0.0.1:{inside.server_port}"]

    with door.client() as client:
        answer = client.get(f"http://127.0.0.1:{inside.server_port}/page")

    assert (answer.text, inside.seen) == ("inside", [("/page", door.USER_AGENT)])


@pytest.mark.parametrize("listed", ("127.0.0.1:1", "localhost:{port}", "127.0.0.2:{port}"))
def test_listing_covers_that_host_and_port_alone(settings, inside, listed):
    settings.OUTBOUND_PRIVATE_ALLOW = [listed.format(port=inside.server_port)]

    with door.client() as client, pytest.raises(OutboundRefusedError):
        client.get(f"http://127.0.0.1:{inside.server_port}/")


def test_redirect_is_not_followed_by_itself(settings, inside):
    with _serving(location=f"http://127.0.0.1:{inside.server_port}/secret") as outer:
        settings.OUTBOUND_PRIVATE_ALLOW = [f"127.0.0.1:{outer.server_port}"]

        with door.client() as client:
            answer = client.get(f"http://127.0.0.1:{outer.server_port}/")

    assert (answer.status_code, inside.seen) == (302, [])


@pytest.mark.parametrize("host", ("127.0.0.1", "localhost"))
def test_redirect_into_the_private_network_is_refused(settings, inside, host):
    with _serving(location=f"http://{host}:{inside.server_port}/secret") as outer:
        settings.OUTBOUND_PRIVATE_ALLOW = [f"127.0.0.1:{outer.server_port}"]

        with door.client(follow_redirects=True) as client, pytest.raises(OutboundRefusedError):
            client.get(f"http://127.0.0.1:{outer.server_port}/")

    assert (len(outer.seen), inside.seen) == (1, [])


def test_name_is_looked_up_once_and_the_checked_address_is_dialled(settings, inside, lookups):
    """With a second look-up between check and dial, a name could change its mind (DNS rebinding)."""
    settings.OUTBOUND_PRIVATE_ALLOW = [f"localhost:{inside.server_port}"]

    with door.client() as client:
        client.get(f"http://localhost:{inside.server_port}/")

    assert lookups.count("localhost") == 1
    assert set(lookups) - {"localhost"} <= {"127.0.0.1", "::1"}


def test_proxy_of_the_environment_is_not_used(settings, monkeypatch, inside):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    settings.OUTBOUND_PRIVATE_ALLOW = [f"127.0.0.1:{inside.server_port}"]

    with door.client() as client:
        answer = client.get(f"http://127.0.0.1:{inside.server_port}/")

    assert answer.status_code == 200


@pytest.mark.parametrize("host", ("no-such-host.invalid", "a..b"))
def test_name_that_leads_nowhere_is_a_connection_error(host):
    with door.client() as client, pytest.raises((httpx2.ConnectError, httpx2.InvalidURL)):
        client.get(f"http://{host}/")


def test_silent_port_is_a_connection_error(settings):
    with _serving() as server:
        port = server.server_port
    settings.OUTBOUND_PRIVATE_ALLOW = [f"127.0.0.1:{port}"]

    with door.client() as client, pytest.raises(httpx2.ConnectError):
        client.get(f"http://127.0.0.1:{port}/")


def test_every_client_has_time_limits():
    with door.client() as client:
        timeout = client.timeout

    assert (timeout.connect, timeout.read, timeout.write, timeout.pool) == (5.0, 20.0, 20.0, 20.0)


@pytest.mark.parametrize(
    ("header", "wait"),
    (("7", 7.0), ("1.5", 1.5), ("", None), (".", None), ("-3", None), ("Fri, 20 Nov 2026 10:00:00 GMT", None)),
)
def test_retry_after_is_read_in_seconds(header, wait):
    assert door.retry_after(httpx2.Response(429, headers={"Retry-After": header})) == wait


def test_answer_without_the_header_names_no_time():
    assert door.retry_after(httpx2.Response(503)) is None
