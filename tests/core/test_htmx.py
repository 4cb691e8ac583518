"""One way to answer a page: whole, or the fragment that htmx asked for from a closed list."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxMiddleware

from apps.core.htmx import render_page

PARTIALS = {"match-list": "match_list", "detail": "detail"}


def template_for(**headers):
    """Which template a request with these headers is answered with."""
    request = RequestFactory().get("/", headers=headers)
    HtmxMiddleware(lambda _request: HttpResponse())(request)
    return render_page(request, "jobs/feed.html", {}, partials=PARTIALS).template_name


@pytest.mark.parametrize("target", ("match-list", "ul#match-list", "ul%23match-list"))
def test_fragment_is_named_by_its_target(target):
    assert template_for(**{"HX-Request": "true", "HX-Target": target}) == "jobs/feed.html#match_list"


@pytest.mark.parametrize(
    "headers",
    (
        {},
        {"HX-Target": "match-list"},
        {"HX-Request": "true"},
        {"HX-Request": "true", "HX-Target": "match_list"},
        {"HX-Request": "true", "HX-Target": "../../settings"},
        {"HX-Request": "true", "HX-Target": "match-list", "HX-History-Restore-Request": "true"},
    ),
    ids=("a browser", "a header alone", "no target", "the name inside", "another file", "a page from the history"),
)
def test_everything_else_gets_the_whole_page(headers):
    assert template_for(**headers) == "jobs/feed.html"


def test_caches_are_told_what_the_answer_depends_on():
    response = render_page(RequestFactory().get("/"), "x.html", {}, status=422)

    assert (response.status_code, response["Vary"]) == (422, "HX-Request, HX-Target")
