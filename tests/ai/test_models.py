import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.accounts.models import PortfolioItem, Profile, Settings
from apps.ai import selectors, services
from apps.ai.enums import Failure, Outcome, State
from apps.ai.models import Generation, LedgerEntry
from tests.ai_sandbox.postings import letter_facts


@pytest.fixture
def generation(providers, scope):
    return services.request_letter(owner_id=scope.pk, facts=letter_facts(), actor=scope)


@pytest.fixture
def entry(generation):
    return LedgerEntry.objects.create(
        owner_id=generation.owner_id, generation=generation, number=1, provider="openai", model="some-model",
        purpose="letter", outcome=Outcome.OK, latency_ms=10, cost=1,
    )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "poem"},
        {"state": "dreaming"},
        {"state": State.DONE},
        {"state": State.DONE, "finished_at": timezone.now(), "facts": {}},
        {"state": State.DONE, "finished_at": timezone.now(), "text": "Hello"},
        {"state": State.FAILED, "finished_at": timezone.now(), "facts": {}},
        {"error": Failure.QUOTA},
        {"finished_at": timezone.now()},
    ],
)
def test_impossible_generation_is_refused_by_the_database(generation, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        Generation.objects.filter(pk=generation.pk).update(**change)


def test_ledger_is_append_only(entry):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        LedgerEntry.objects.filter(pk=entry.pk).update(cost=0)


@pytest.mark.parametrize(
    "fields",
    [
        {"number": 1},
        {"outcome": "maybe"},
        {"outcome": Outcome.FAILED},
        {"error": Failure.QUOTA},
        {"cost": -1},
        {"first_token_ms": 11},
    ],
)
def test_impossible_ledger_row_is_refused_by_the_database(entry, fields):
    row = {
        "owner_id": entry.owner_id, "generation": entry.generation, "number": 2, "provider": "openai", "model": "m",
        "purpose": "letter", "outcome": Outcome.OK, "latency_ms": 10,
    }  # fmt: skip

    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(**{**row, **fields})


def test_erasing_a_person_takes_texts_and_ledger_along(entry, scope):
    scope.delete()

    assert (Generation.objects.count(), LedgerEntry.objects.count()) == (0, 0)


def test_freelancer_facts_come_from_profile_and_portfolio(scope):
    Profile.objects.filter(owner=scope).update(
        first_name="Olena", last_name="Bondar", title="Django developer", skills=["Django"], hourly_rate=45
    )
    PortfolioItem.objects.create(owner=scope, title="A shop", outcome="p95 halved", skills=["Redis"])
    PortfolioItem.objects.create(owner=scope, title="A bank", outcome="secret", is_confidential=True)

    facts = selectors.freelancer_facts(scope.pk, past_letters=("A letter that won.",))

    assert (facts.name, facts.rate, facts.skills) == ("Olena Bondar", "45.00 USD an hour", ("Django",))
    assert [(proof.title, proof.outcomes, proof.skills) for proof in facts.proofs] == [
        ("A shop", ("p95 halved",), ("Redis",))
    ]
    assert facts.past_letters == ("A letter that won.",)


def test_letter_style_is_the_persons_choice(scope):
    Settings.objects.filter(owner=scope).update(
        tone="warm", letter_language="uk", words_min=80, words_max=120, provider="anthropic", model="claude-opus-5-5"
    )

    style = selectors.letter_style(scope.pk, variant=2)

    assert (style.tone, style.language, style.words_min, style.words_max) == ("warm", "uk", 80, 120)
    assert (style.provider, style.model, style.variant) == ("anthropic", "claude-opus-5-5", 2)
