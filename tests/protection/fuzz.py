"""The tools of the walk with odd input: every address, what to throw at it, and what an answer must never show."""

import ast
import gzip
import re
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib.auth import SESSION_KEY
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from pytest_socket import SocketBlockedError, SocketConnectBlockedError

from tests.accounts.factories import StaffFactory, add_totp
from tests.architecture.sources import APPS, python_files, tree_of
from tests.architecture.world import World, build_world

TAG = "zq7x"  # no page of ours has an element or a handler of that name
SCRIPT = f"\"'></textarea></title><{TAG} on{TAG}=1>{{{{7*7}}}}"
ATTRIBUTE = f'x" on{TAG}=1 y="'
ODD = (
    SCRIPT,
    "' OR 1=1--\"; SELECT pg_sleep(0)\x00",
    "javascript:" + TAG,
    "http://[::1",
    "[" * 3_000,
)  # the short walk throws these at everything; the long one all of these as well:
ODDER = (
    ATTRIBUTE, "\x00", "-1", "", " ", "0", "1e309", "NaN", "Infinity", "-Infinity", "9" * 400, str(2**31), str(2**63), str(2**64), "1" * 5_000, "0x1f", "１２",
    "٣", "٣٤٥", "true", "None", "null", "undefined", "[]", "{}", '{"a":' * 2_000, "%00", "%", "%zz", "%s%s%n", "{0}{1}", "{{7*7}}", "${7*7}",
    "<!--", "]]>", "\\", "\\u0000", "\r\nSet-Cookie: a=b", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "\ufffe\uffff",
    "\u202e\u200b\u2028", "é" * 300, "🦊" * 200, "İ", "ß" * 100, "2026-02-30", "0000-00-00", "9999-12-31T23:59:59.999999Z", "24:61",
    "../../../etc/passwd", "//evil.example", "https://evil.example/", "/\\evil.example", "00000000-0000-0000-0000-000000000000",
    "a" * 70_000, "a,b" * 5_000, "\n" * 2_000, ";" * 500, "django|(", "title:((((", '"' * 99, "to_tsquery('&')", "a & | !", "uk-UA", "zz",
    "Europe/Nowhere", "+1", "1,5", "1.5.5", ".", "..", "#", "?", "&", "=",
)  # fmt: skip
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "get", "X" * 50)
HEADERS = {
    "host": ("evil.example", "testserver:99999", "[::1", "testserver.", ""),
    "accept-language": ("uk", "zz-ZZ;q=9", "en;q=NaN", "," * 500, SCRIPT, "a-" * 400),
    "cookie": ("sessionid=\x01\x02; csrftoken=x", "theme=" + "x" * 5_000, "django_language=../../x; theme=<b>", "=;=;;", "time_zone=Etc/../x"),
    "hx-request": ("true", "\x7f"),
    "hx-target": ("ul%23match-list", "%ff%fe", SCRIPT, "detail#" * 200, "#"),
    "hx-current-url": ("http://[", "javascript:1", "http://testserver/\x7f", "%zz"),
    "hx-history-restore-request": ("true",),
    "hx-prompt": (SCRIPT, "%ff"),
    "x-autosave": ("1",),
    "x-forwarded-for": ("1.2.3.4, <script>", "::::", "," * 300, "unknown"),
    "x-forwarded-host": ("evil.example",),
    "x-forwarded-proto": ("https", "javascript"),
    "x-request-id": ("a" * 65, "\x07", SCRIPT),
    "referer": ("http://[", "https://evil.example/", "\x80", "/" * 5_000),
    "user-agent": ("", SCRIPT, "Mozilla/5.0 " * 900),
    "if-modified-since": ("never", "Thu, 99 Foo 9999 25:61:61 GMT", "0"),
    "if-none-match": ('W/"', "*", '"' * 300),
    "range": ("bytes=9-1", "bytes=-", "lines=1"),
    "origin": ("null", "https://evil.example", "http://["),
    "content-length": ("-1", "x", "99999999999999999999", "١"),
    "content-type": ("multipart/form-data", "multipart/form-data; boundary=", "application/x-www-form-urlencoded; charset=utf-7",
                     "application/json; charset=nowhere", "text/html;;;=", "x" * 300, "multipart/form-data; boundary=é"),
    "accept-encoding": ("gzip;q=x", "br, gzip", "*;q=0"),
    "x-http-method-override": ("DELETE",),
    "authorization": ("Basic \xff", "Bearer ", "Digest " + "x" * 4_000),
    "upgrade": ("websocket",),
}  # fmt: skip
SAMPLE = {
    "object_id": "1", "app_label": "jobs", "content_type_id": "1", "pk": "1", "key": "abc:def:ghi", "uidb36": "1", "token": "abc",
    "url": "x", "person_id": "7f0a52b4-0b5f-4b2e-9d2c-000000000000",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Route:
    name: str
    parameters: tuple[str, ...]

    @property
    def room(self) -> str:
        return self.name.partition(":")[0] if ":" in self.name else self.name.partition("_")[0]

    def path(self, world: World, odd: str = "") -> str:
        """The address of the owner's object; with `odd`, that stands where the object's name stood."""
        known = {name: world.arguments.get(name, SAMPLE.get(name, "1")) for name in self.parameters}
        path = reverse(self.name, kwargs=known)
        if odd:
            for value in known.values():
                path = path.replace(
                    quote(str(value), safe="/:"), quote(odd.encode("utf-8", "surrogatepass"), safe=""), 1
                )
        return path


def _named(resolver, space=()):
    for entry in resolver.url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from _named(entry, (*space, entry.namespace) if entry.namespace else space)
        elif entry.name:
            yield ":".join((*space, entry.name))


def routes() -> list[Route]:
    """Every address that has a name: ours, allauth's and the admin's."""
    resolver, found = get_resolver(), []
    for name in sorted(set(_named(resolver))):
        parameters = _parameters(name)
        try:
            reverse(name, kwargs={one: SAMPLE_OF_KIND.get(one, SAMPLE.get(one, "1")) for one in parameters})
        except NoReverseMatch as error:
            raise AssertionError(f"{name} {parameters}: give SAMPLE a value that fits") from error
        found.append(Route(name, parameters))
    return found


OBJECTS = ("item_id", "search_id", "job_id", "proposal_id", "export_id", "notice_id", "key_id", "session_id")
SAMPLE_OF_KIND = dict.fromkeys(OBJECTS, SAMPLE["person_id"]) | {"number": 1}


def _parameters(name: str) -> tuple[str, ...]:
    resolver = get_resolver()
    for space in name.split(":")[:-1]:
        _prefix, resolver = resolver.namespace_dict[space]
    options = resolver.reverse_dict.getlist(name.rpartition(":")[2])
    return tuple(options[0][0][0][1]) if options else ()


def field_names() -> list[str]:
    """Whatever our views and forms read: the words in `request.GET["…"]` and the fields of every form."""
    found = set()
    for path in python_files(APPS):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call | ast.Subscript):
                said = re.findall(r"(?:GET|POST|FILES)(?:\.get|\.getlist)?[\(\[]'(\w+)'", ast.unparse(node)[:200])
                found.update(said)
    kinds = [forms.BaseForm]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if kind.__module__.startswith(("apps.", "allauth.")):
            found.update(getattr(kind, "base_fields", ()))
    return sorted(
        found
        | {
            "next",
            "q",
            "page",
            "sort",
            "o",
            "p",
            "action",
            "_selected_action",
            "since",
            "format",
            "code",
            "state",
            "error",
        }
    )


class _Reader(HTMLParser):
    """What a browser would make of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attributes):
        names = {name for name, _value in attributes}
        values = [
            value or ""
            for name, value in attributes
            if name in {"href", "src", "action", "formaction", "hx-get", "hx-post"}
        ]
        if (
            tag == TAG
            or f"on{TAG}" in names
            or any(re.match(r"\s*javascript:", value, re.IGNORECASE) for value in values)
        ):
            self.found.append(self.get_starttag_text() or tag)


@dataclass
class Walker:
    """Sends requests as one of three people, each in a transaction that is taken back, and looks at every answer."""

    world: World
    staff: object
    factor: int
    sent: int = 0
    answers: dict[int, int] = field(default_factory=dict)
    browsers: dict[str, Client] = field(default_factory=dict)

    def client(self, who: str) -> Client:
        """Their browser; a new one where the last request has signed them out."""
        known = self.browsers.get(who)
        if known is None or (who != "visitor" and SESSION_KEY not in known.session):
            self.browsers[who] = known = self._signed_in(who)
        return known

    def _signed_in(self, who: str) -> Client:
        client = Client()
        user = {"visitor": None, "owner": self.world.owner, "staff": self.staff}[who]
        if user is not None:
            client.force_login(user)
            session = client.session
            records = [{"method": "password", "at": time.time(), "reauthenticated": True}]
            if who == "staff":
                records.append(
                    {"method": "mfa", "type": "totp", "id": self.factor, "at": time.time(), "reauthenticated": True}
                )
            session.update(
                {AUTHENTICATION_METHODS_SESSION_KEY: records, "account_authentication_methods_user": str(user.pk)}
            )
            session.save()
        return client

    def send(self, who: str, method: str, path: str, *, data: bytes = b"", kind: str = "", headers=None) -> None:
        client = self.client(who)
        try:
            with transaction.atomic():
                response = client.generic(method, path, data, kind, headers=headers or {})
                self.look(response, f"{who} {method} {path[:300]!r} {kind} {data[:200]!r} {headers}")
                if (
                    method == "POST"
                    and response.status_code in {301, 302, 303}
                    and response["Location"].startswith("/")
                ):
                    self.look(client.get(response["Location"]), f"after {who} {method} {path[:300]!r} {data[:200]!r}")
                transaction.set_rollback(True)
        except (SocketBlockedError, SocketConnectBlockedError):
            return  # a test leaves the machine as little as the product's door would let it

    def look(self, response, said: str) -> None:
        """No crash, nothing that runs, nothing the database said."""
        self.sent += 1
        self.answers[response.status_code] = self.answers.get(response.status_code, 0) + 1
        assert response.status_code < 500 or response.status_code == 503, said
        location = response.headers.get("Location", "")
        assert not re.match(r"(?:https?:)?[/\\]{2}(?!testserver|www\.upwork\.com)|javascript:", location), (
            f"{said} -> {location}"
        )
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            return
        packed = response.headers.get("Content-Encoding") == "gzip"
        page = (gzip.decompress(response.content) if packed else response.content).decode()
        if TAG in page or "javascript:" in page:
            reader = _Reader()
            reader.feed(page)
            assert reader.found == [], f"{said} -> {reader.found}"
        assert not re.search(r"psycopg|syntax error at or near|Traceback \(most", page), said


def walker() -> Walker:
    world = build_world()
    staff = StaffFactory(email="walker@example.com")
    add_totp(staff)
    return Walker(world, staff, Authenticator.objects.get(user=staff).pk)
