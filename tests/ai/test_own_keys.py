"""Letters on the person's own keys: who is asked first, who pays, and what is said when a key does not work."""

import dataclasses

import pytest

from apps.accounts.enums import KeyKind, KeyResult
from apps.accounts.models import SecretKey, Settings
from apps.accounts.vault import selectors as vault
from apps.accounts.vault import services as keys
from apps.ai import routing, selectors, services
from apps.ai.enums import Failure, Outcome, State
from apps.ai.facts import LetterStyle
from apps.ai.models import Generation, LedgerEntry
from apps.core.tenancy import owner_scope
from apps.notifications.models import Delivery
from tests.accounts.test_vault import OTHER_RING
from tests.ai_sandbox.postings import letter_facts

OWN = "sk-proj-my-very-own-key-7Qk2"


def own(owner, kind=KeyKind.OPENAI, **values):
    return keys.add_key(owner_id=owner.pk, kind=kind, values={"secret": OWN, **values})


def server(owner, providers, **values):
    return own(owner, KeyKind.COMPATIBLE, **{"base_url": providers.openai_url, "model": "qwen3", **values})


def order(owner, **style):
    """(provider, model, whose key) as they would be asked."""
    routes = routing.routes_for(LetterStyle(**style), vault.writing_keys(owner.pk))
    return [(str(route.provider.name), route.model, "own" if route.is_own_key else "theirs") for route in routes]


def written(owner, **style):
    facts = letter_facts(**style)
    generation = services.request_letter(owner_id=owner.pk, facts=facts, actor=owner)
    return services.run_generation(generation_id=generation.pk)


def ledger():
    return list(LedgerEntry.objects.order_by("number").values_list("provider", "model", "is_own_key", "outcome"))


def only_own(owner):
    Settings.objects.filter(owner=owner).update(only_own_keys=True)
    return {"only_own_keys": True}


def test_own_key_is_asked_before_the_installations(providers, scope):
    own(scope, KeyKind.ANTHROPIC)

    assert order(scope) == [
        ("anthropic", "claude-sonnet-5-5", "own"),
        ("openai", "gpt-6.1-sol", "theirs"),
        ("openai", "gpt-5.4-mini", "theirs"),
        ("anthropic", "claude-sonnet-5-5", "theirs"),
    ]


def test_provider_that_the_person_chose_goes_first_whoever_pays(providers, scope):
    own(scope, KeyKind.ANTHROPIC)
    server(scope, providers)

    assert order(scope, provider="compatible")[0] == ("compatible", "qwen3", "own")
    assert order(scope, provider="openai")[:3] == [
        ("openai", "gpt-6.1-sol", "theirs"),
        ("openai", "gpt-5.4-mini", "theirs"),
        ("anthropic", "claude-sonnet-5-5", "own"),
    ]
    assert order(scope, provider="anthropic")[:2] == [
        ("anthropic", "claude-sonnet-5-5", "own"),
        ("anthropic", "claude-sonnet-5-5", "theirs"),
    ]


def test_model_that_the_person_chose_is_asked_on_their_own_key_alone(providers, scope):
    own(scope)

    routes = order(scope, provider="openai", model="gpt-next")

    assert routes[0] == ("openai", "gpt-next", "own")
    assert ("openai", "gpt-next", "theirs") not in routes


def test_installation_is_left_out_where_the_person_wants_only_their_own(providers, scope):
    own(scope)

    assert {whose for _provider, _model, whose in order(scope, only_own_keys=True)} == {"own"}


def test_key_that_is_switched_off_is_not_asked(providers, scope):
    keys.switch_key(key_id=own(scope).pk, is_active=False)

    assert {whose for _provider, _model, whose in order(scope)} == {"theirs"}


def test_letter_is_written_on_the_own_key_and_the_ledger_says_so(providers, scope):
    key = own(scope)

    generation = written(scope)

    key.refresh_from_db()
    assert (generation.state, generation.is_own_key) == (State.DONE, True)
    assert ledger() == [("openai", "gpt-6.1-sol", True, Outcome.OK)]
    assert key.used_at is not None


def test_own_key_counts_neither_against_the_budget_nor_against_the_plan(providers, scope):
    own(scope)
    written(scope)

    month = selectors.spend(scope.pk)

    assert (month.spent, month.reserved, month.letters, month.calls) == (0, 0, 0, 0)
    assert selectors.own_key_panel(scope.pk).calls == 1
    assert selectors.own_key_panel(scope.pk).amount > 0


def test_what_the_installation_may_have_to_pay_is_reserved_while_the_letter_is_open(providers, scope):
    own(scope)

    services.request_letter(owner_id=scope.pk, facts=letter_facts(), actor=scope)

    assert selectors.spend(scope.pk).reserved > 0


def test_budget_that_is_used_up_leaves_the_own_key_alone(providers, scope):
    own(scope)
    Settings.objects.filter(owner=scope).update(monthly_budget=0)
    providers.fail("overloaded")

    generation = written(scope)

    assert (generation.state, generation.is_own_key) == (State.FAILED, True)
    assert {is_own for _provider, _model, is_own, _outcome in ledger()} == {True}


def test_own_server_writes_with_its_own_model_and_plain_options(providers, scope):
    server(scope, providers)

    generation = written(scope)

    asked = providers.calls()[-1]
    assert (generation.provider, generation.model, generation.is_own_key) == ("compatible", "qwen3", True)
    assert "max_tokens" in asked
    assert "reasoning_effort" not in asked
    assert LedgerEntry.objects.get().cost is None


def test_server_without_a_key_is_asked_all_the_same(providers, scope):
    server(scope, providers, secret="")

    assert written(scope).provider == "compatible"


def test_refused_key_is_told_by_name_and_the_installation_goes_on(providers, scope):
    key = own(scope, secret="bad-key-0123456789-7Qk2")

    generation = written(scope)

    key.refresh_from_db()
    assert (generation.state, generation.is_own_key) == (State.DONE, False)
    assert ledger() == [
        ("openai", "gpt-6.1-sol", True, Outcome.FAILED),
        ("openai", "gpt-6.1-sol", False, Outcome.OK),
    ]
    assert key.test_result == KeyResult.REFUSED
    told = Delivery.objects.get(channel="inpage")
    assert (told.context["title"], told.context["path"]) == ("OpenAI does not accept your key", "/settings/keys/")


def test_refused_key_without_a_way_out_is_named_with_a_link(providers, scope):
    own(scope, secret="bad-key-0123456789-7Qk2")

    generation = written(scope, **only_own(scope))

    trouble = selectors.trouble_of(generation)
    assert generation.error == Failure.KEY
    assert trouble.text == "OpenAI …7Qk2: the provider refused this key of yours. Replace it, or switch it off."
    assert trouble.url == "/settings/keys/"


def test_trouble_of_the_installations_key_names_no_key_of_the_person(providers, scope):
    own(scope, KeyKind.ANTHROPIC)
    keys.switch_key(key_id=SecretKey.objects.get().pk, is_active=False)
    providers.fail("bad_key")

    trouble = selectors.trouble_of(written(scope))

    assert (trouble.text, trouble.url) == (str(Failure.KEY.label), "")


def test_letter_without_trouble_has_none(providers, scope):
    assert selectors.trouble_of(written(scope)) is None


def test_key_that_works_again_is_shown_as_working(providers, scope):
    key = own(scope)
    keys.note_refusal(key_id=key.pk, result=KeyResult.NO_CREDIT)

    written(scope)

    key.refresh_from_db()
    assert key.test_result == KeyResult.WORKS


def test_only_own_keys_without_any_says_what_to_do(providers, scope):
    style = only_own(scope)

    with pytest.raises(services.NoProviderError, match="none is in use. Add one"):
        services.request_letter(owner_id=scope.pk, facts=letter_facts(**style), actor=scope)


def test_locked_key_falls_back_and_without_a_way_out_says_what_to_do(providers, scope, settings):
    own(scope)
    ring, settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS, OTHER_RING

    assert {whose for _provider, _model, whose in order(scope)} == {"theirs"}
    with pytest.raises(services.NoProviderError, match="put it back into ENCRYPTION_KEYS"):
        services.request_letter(owner_id=scope.pk, facts=letter_facts(**only_own(scope)), actor=scope)

    settings.ENCRYPTION_KEYS = ring
    assert {whose for _provider, _model, whose in order(scope, only_own_keys=True)} == {"own"}


def test_private_address_of_a_server_is_refused_when_it_is_dialled(providers, scope, settings):
    key = server(scope, providers)
    settings.OUTBOUND_PRIVATE_ALLOW = []

    generation = written(scope, **only_own(scope))

    key.refresh_from_db()
    assert (generation.error, key.test_result) == (Failure.ADDRESS, KeyResult.ADDRESS)


def test_circuit_of_one_persons_key_does_not_open_for_others(providers, scope, stranger):
    own(scope, secret="bad-key-0123456789")
    for _number in range(4):
        written(scope, variant=_number)

    assert not routing.routes_for(LetterStyle(), vault.writing_keys(scope.pk))[0].breaker.allows()
    assert routing.routes_for(LetterStyle())[0].breaker.allows()


def test_answer_without_an_end_is_cut_off(providers, scope, settings):
    settings.AI_MAX_TOKENS = 5
    server(scope, providers)
    providers.fail("slow", seconds=0)
    facts = letter_facts(only_own_keys=True)
    settings.AI_CACHE_SECONDS = 0
    routes = routing.routes_for(facts.style, vault.writing_keys(scope.pk))
    call = routing.Call(routes[0], text="x" * 101)

    with pytest.raises(Exception, match="used up its tokens"):
        routing._ensure_ends(call)
    with pytest.raises(Exception, match="silent for too long"):
        routing._ensure_ends(dataclasses.replace(call, text="", started=call.started - routing.LONGEST_SECONDS - 1))


def test_key_of_a_stranger_pays_for_nobody_else(providers, scope, stranger):
    with owner_scope(stranger.pk):
        own(stranger)

    assert not written(scope).is_own_key
    assert Generation.objects.filter(is_own_key=True).count() == 0
