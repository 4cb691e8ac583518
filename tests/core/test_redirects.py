"""Where a form leads afterwards: to a page of ours, or nowhere."""

import pytest

from apps.core.redirects import safe_next


@pytest.mark.parametrize("wanted", ("/", "/jobs/?q=django&page=2", "/welcome/done/#top"))
def test_pages_of_ours_are_followed(rf, wanted):
    assert safe_next(rf.post("/", {"next": wanted})) == wanted


@pytest.mark.parametrize(
    "wanted",
    (
        "", "jobs", "https://evil.example/", "http://testserver/", "//evil.example/", "/\\evil.example", "///evil.example",
        "javascript:alert(1)", "\x08/jobs/",
    ),
)  # fmt: skip
def test_everything_else_is_dropped(rf, wanted):
    assert safe_next(rf.post("/", {"next": wanted})) == ""


def test_form_without_a_wish_leads_nowhere(rf):
    assert safe_next(rf.post("/")) == ""
