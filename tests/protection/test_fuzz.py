"""Every address with odd words, bodies, headers and methods, as a visitor, a person and staff: it never breaks, and nothing runs.

The short walk is part of `make test`; `make soak` throws everything at every address, and chance goes on for thousands of requests.
"""

import json
import os
from collections import defaultdict
from urllib.parse import quote, urlencode

import pytest
from django.http import HttpResponse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.protection import fuzz
from tests.protection.fuzz import HEADERS, METHODS, ODD, ODDER, Route

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
ROOMS: dict[str, list[Route]] = defaultdict(list)
for _route in fuzz.routes():
    ROOMS[_route.room].append(_route)
NAMES = fuzz.field_names()
ALLOWED = {200, 204, 301, 302, 303, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 503}
SHORT = int(os.environ.get("FUZZ_EXAMPLES") or 25)
LONG = int(os.environ.get("FUZZ_LONG") or 1_500)
QUIET = [
    HealthCheck.too_slow,
    HealthCheck.function_scoped_fixture,
    HealthCheck.data_too_large,
    HealthCheck.large_base_example,
]


@pytest.fixture(autouse=True)
def unlimited(settings, tmp_path):
    """The limits would answer before the views do."""
    settings.RATE_LIMIT_ANONYMOUS = settings.RATE_LIMIT_ACCOUNT = 0
    settings.ACCOUNT_RATE_LIMITS = False
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def walker():
    return fuzz.walker()


def people_of(room: str) -> tuple[str, ...]:
    return ("visitor", "staff") if room == "admin" else ("visitor", "owner")


def throw(walker: fuzz.Walker, route: Route, words: tuple[str, ...]) -> None:
    """Each odd word as every parameter at once, in the query, the form and the address itself."""
    for who in people_of(route.room):
        path = route.path(walker.world)
        for word in words:
            encoded = word.encode("utf-8", "surrogatepass")
            pairs = urlencode([(name, encoded) for name in NAMES])
            short = urlencode([(name, encoded[:200]) for name in NAMES])
            walker.send(who, "GET", f"{path}?{short}")
            walker.send(who, "POST", path, data=pairs.encode(), kind=FORM)
            if route.parameters and word:
                walker.send(who, "GET", route.path(walker.world, odd=word[:2_000]))


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_odd_words_break_nothing(walker, room):
    words = ODD[:1] if room == "admin" else ODD
    for route in ROOMS[room]:
        throw(walker, route, words)

    assert walker.sent >= len(ROOMS[room]) * len(words) * 4
    assert set(walker.answers) <= ALLOWED


@pytest.mark.soak
@pytest.mark.parametrize("room", sorted(ROOMS))
def test_odder_words_break_nothing(walker, room):
    for route in ROOMS[room]:
        throw(walker, route, ODDER)

    assert set(walker.answers) <= ALLOWED


def dress_up(walker: fuzz.Walker, room: str, *, methods: int, sets: int) -> None:
    """Odd methods and headers; of the many ones each address gets the next few."""
    most = max(map(len, HEADERS.values()))
    for number, route in enumerate(ROOMS[room]):
        path = route.path(walker.world)
        for who in people_of(room):
            for turn in range(methods):
                walker.send(
                    who, METHODS[(number * methods + turn) % len(METHODS)], path, data=b"{}", kind="application/json"
                )
            for turn in range(sets):
                place = (number * sets + turn) % most
                chosen = {name: values[place % len(values)] for name, values in HEADERS.items() if name != "host"}
                walker.send(who, "GET", path, headers=chosen)
                walker.send(who, "POST", path, data=b"a=b", kind=FORM, headers=chosen | {"content-length": "3"})
    for host in HEADERS["host"]:
        walker.send("visitor", "GET", path, headers={"host": host})


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_odd_headers_and_methods_break_nothing(walker, room):
    dress_up(walker, room, methods=2, sets=1)


@pytest.mark.soak
@pytest.mark.parametrize("room", sorted(ROOMS))
def test_all_headers_and_methods_break_nothing(walker, room):
    dress_up(walker, room, methods=len(METHODS), sets=max(map(len, HEADERS.values())))


words = (
    st.sampled_from(ODD + ODDER) | st.text(max_size=60) | st.binary(max_size=30).map(lambda raw: raw.decode("latin-1"))
)
forms = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=10), words, max_size=8).map(
    lambda fields: urlencode(
        {
            name.encode("utf-8", "surrogatepass"): value.encode("utf-8", "surrogatepass")
            for name, value in fields.items()
        }
    )
)
bodies = st.one_of(
    st.tuples(forms.map(str.encode), st.just(FORM)),
    st.tuples(st.binary(max_size=300), st.sampled_from((FORM, "application/json", "text/plain", "multipart/form-data; boundary=b", "")),),
    st.tuples(
        st.recursive(st.none() | st.booleans() | st.integers() | words, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4), max_leaves=12)
        .map(lambda value: json.dumps(value).encode()),
        st.just("application/json"),
    ),
    st.tuples(
        st.tuples(st.sampled_from(NAMES), words, words).map(
            lambda part: f'--b\r\nContent-Disposition: form-data; name="{part[0]}"; filename="{part[1]}"\r\n\r\n{part[2]}\r\n--b--\r\n'.encode("utf-8", "surrogatepass")
        ),
        st.just("multipart/form-data; boundary=b"),
    ),
)  # fmt: skip
headers = st.dictionaries(
    st.sampled_from(sorted(HEADERS.keys() - {"host", "content-length"})), st.integers(0, 9), max_size=4
).map(lambda chosen: {name: HEADERS[name][place % len(HEADERS[name])] for name, place in chosen.items()})


def chance(walker, room, data):
    """One request that nobody thought of."""
    route = data.draw(st.sampled_from(ROOMS[room]))
    who = data.draw(st.sampled_from(people_of(room)))
    odd = data.draw(st.just("") | words) if route.parameters else ""
    path = route.path(walker.world, odd=odd[:1_000])
    if query := data.draw(st.just("") | forms | words.map(lambda word: quote(word.encode("utf-8", "surrogatepass")))):
        path = f"{path}?{query[:4_000]}"
    body, kind = data.draw(bodies)
    method = data.draw(st.sampled_from(("GET", "POST", "POST", "POST", *METHODS)))
    walker.send(who, method, path, data=body, kind=kind, headers=data.draw(headers))


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_chance_breaks_nothing(walker, room):
    @settings(max_examples=SHORT, deadline=None, suppress_health_check=QUIET, derandomize=True, database=None)
    @given(st.data())
    def walk(data):
        chance(walker, room, data)

    walk()


@pytest.mark.soak
@pytest.mark.parametrize("room", sorted(ROOMS))
def test_chance_breaks_nothing_for_long(walker, room):
    @settings(
        max_examples=LONG,
        deadline=None,
        suppress_health_check=QUIET,
        phases=[Phase.generate, Phase.shrink],
        database=None,
    )
    @given(st.data())
    def walk(data):
        chance(walker, room, data)

    walk()
    assert set(walker.answers) <= ALLOWED


def test_walk_would_find_a_script(walker):
    """The walk proves nothing if it were blind."""
    for page in (f"<p>{fuzz.SCRIPT}</p>", f'<input value="{fuzz.ATTRIBUTE}">', '<a href="javascript:zq7x">'):
        with pytest.raises(AssertionError):
            walker.look(HttpResponse(page), "shown raw")
    with pytest.raises(AssertionError):
        walker.look(HttpResponse(status=500), "broken")
    with pytest.raises(AssertionError):
        walker.look(HttpResponse(status=302, headers={"Location": "//evil.example"}), "led away")


def test_every_address_is_walked():
    names = {route.name for routes in ROOMS.values() for route in routes}

    assert {
        "jobs:feed",
        "proposals:approve",
        "account_login",
        "mfa_add_webauthn",
        "admin:jobs_job_changelist",
        "accounts:key-create",
    } <= names
    assert len(names) > 120
