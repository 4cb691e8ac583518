from decimal import Decimal

import pytest

from apps.ai.pricing import cost_of, expected_tokens, price_of, tokens_in
from apps.ai.prompts import letter_prompt
from tests.ai_sandbox.postings import letter_facts


def test_cost_is_exact_to_the_millionth_of_a_dollar():
    assert cost_of("gpt-6.1-sol", prompt_tokens=1_500, completion_tokens=300) == Decimal("0.006000")
    assert cost_of("gpt-6-luna", prompt_tokens=7, completion_tokens=1) == Decimal("0.000001")


@pytest.mark.parametrize("model", ["gpt-5.4-mini-2026-03-17", "gpt-5.4-mini@cut", "gpt-5.4-mini"])
def test_price_is_found_whatever_hangs_on_the_name(model):
    assert price_of(model) == price_of("gpt-5.4-mini")


def test_unknown_model_has_no_price():
    assert cost_of("qwen3", prompt_tokens=1, completion_tokens=1) is None


def test_installation_can_price_its_own_models(settings):
    settings.AI_PRICES = ["qwen3=0.01/0.02", "gpt-6.1-sol=1/1"]

    assert cost_of("qwen3", prompt_tokens=1_000_000, completion_tokens=1_000_000) == Decimal("0.03")
    assert cost_of("gpt-6.1-sol", prompt_tokens=1_000_000, completion_tokens=0) == Decimal(1)


def test_other_scripts_take_more_tokens():
    assert tokens_in("hello world!") == 3
    assert tokens_in("добрий день!") > tokens_in("hello world!")


def test_expected_tokens_grow_with_length_and_questions():
    facts = letter_facts(words_max=200)

    assert expected_tokens(facts, letter_prompt(facts))[1] == 300 + 3 * 80
