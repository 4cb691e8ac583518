"""What the terms ask for: one place decides, and the switches do what they say."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.upwork import policy, selectors

FETCHED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DAY_LATER = FETCHED + timedelta(hours=24)


@pytest.mark.parametrize(
    ("source", "purge_sandbox", "expires_at"),
    (
        ("api", False, DAY_LATER),
        ("api", True, DAY_LATER),
        ("sandbox", False, None),
        ("sandbox", True, DAY_LATER),
        ("pasted", True, None),
        ("imported", True, None),
    ),
)
def test_content_of_the_marketplace_is_kept_a_day_from_the_first_fetch(settings, source, purge_sandbox, expires_at):
    settings.SANDBOX_PURGE = purge_sandbox

    assert policy.content_expires_at(FETCHED, source) == expires_at


def test_operator_with_consent_on_record_may_keep_it_longer(settings):
    settings.UPWORK_CONTENT_HOURS = 72

    assert policy.content_expires_at(FETCHED, "api") == FETCHED + timedelta(hours=72)


def test_polling_never_goes_below_the_interval(settings):
    settings.UPWORK_POLL_SECONDS = 45

    assert policy.least_poll_seconds() == 45


@pytest.mark.parametrize(
    ("sandbox_url", "api_url", "source"),
    (
        ("http://127.0.0.1:8123", "http://127.0.0.1:8123/upwork", "sandbox"),
        ("http://127.0.0.1:8123", "https://api.example.com", "api"),
        ("", "https://api.example.com", "api"),
    ),
)
def test_source_of_postings_follows_the_address_in_use(settings, sandbox_url, api_url, source):
    settings.SANDBOX_URL, settings.UPWORK_API_URL = sandbox_url, api_url

    assert (policy.source(), policy.is_sandbox()) == (source, source == "sandbox")


@pytest.mark.parametrize("ciphertext", ("~022048894189896190929", "022048894189896190929"))
def test_links_lead_to_the_posting_and_to_applying_by_hand(settings, ciphertext):
    settings.UPWORK_SITE_URL = "https://site.example"

    assert selectors.job_url(ciphertext) == "https://site.example/jobs/~022048894189896190929"
    assert selectors.apply_url(ciphertext) == "https://site.example/nx/proposals/job/~022048894189896190929/apply/"
