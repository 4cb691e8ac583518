"""What may be spent, what was, and the hard stop."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from apps.accounts.models import Settings, User
from apps.ai import selectors, services
from apps.ai.models import Generation, LedgerEntry
from apps.billing import selectors as billing
from apps.core.tenancy import owner_scope
from tests.ai_sandbox.postings import letter_facts


def ask(owner, **style):
    return services.request_letter(owner_id=owner.pk, facts=letter_facts(**style), actor=owner)


def allow(owner, dollars):
    Settings.objects.filter(owner=owner).update(monthly_budget=Decimal(dollars))


def test_estimate_names_model_tokens_and_price(providers, scope):
    estimate = selectors.estimate_cost(letter_facts())

    assert (estimate.provider, estimate.model, estimate.is_sandbox) == ("openai", "gpt-6.1-sol", False)
    assert estimate.completion_tokens == 300 + 3 * 80
    assert Decimal("0.005") < estimate.usd < Decimal("0.02")


def test_estimate_is_near_what_the_letter_then_costs(providers, scope):
    estimate = selectors.estimate_cost(letter_facts())
    generation = services.run_generation(generation_id=ask(scope).pk)

    assert estimate.usd / 2 < selectors.cost_of(generation) < estimate.usd * Decimal("1.1")


def test_estimate_in_the_sandbox_is_free_and_unknown_prices_stay_unknown(providers, scope, settings):
    assert selectors.estimate_cost(letter_facts(model="qwen3")).usd is None

    settings.SANDBOX_URL = providers.url

    assert selectors.estimate_cost(letter_facts()).usd == 0


def test_budget_is_a_hard_stop_before_anything_is_sent(providers, scope):
    allow(scope, "0")

    with pytest.raises(services.AllowanceUsedUpError, match=r"budget of \$0\.00 for this month is used up"):
        ask(scope)

    assert Generation.objects.count() == 0


def test_drafts_under_way_count_against_the_budget(providers, scope):
    allow(scope, "0.02")
    ask(scope)

    spend = selectors.spend(scope.pk)

    assert spend.reserved > Decimal("0.005")
    assert spend.left == Decimal("0.02") - spend.reserved


def test_spend_is_derived_from_the_ledger_of_the_month(providers, scope):
    services.run_generation(generation_id=ask(scope).pk)
    services.run_generation(generation_id=ask(scope).pk)

    spend = selectors.spend(scope.pk)

    costs = LedgerEntry.objects.values_list("cost", flat=True)
    assert (spend.spent, spend.reserved) == (sum(costs), 0)
    assert (spend.letters, spend.calls) == (1, 1)


def test_month_begins_with_nothing_spent(providers, scope):
    services.run_generation(generation_id=ask(scope).pk)

    with time_machine.travel(timezone.now() + timedelta(days=32)):
        spend = selectors.spend(scope.pk)

    assert (spend.spent, spend.letters, spend.calls) == (0, 0, 0)


def test_cost_of_the_operators_own_model_without_a_price_is_called_unknown(providers, scope, settings):
    settings.OPENAI_MODEL = "qwen3"

    services.run_generation(generation_id=ask(scope).pk)

    assert selectors.spend(scope.pk).calls == 1
    assert selectors.cost_of(Generation.objects.get()) is None


@pytest.mark.parametrize("model", ("qwen3", "gpt-6.1-sol-ultra", "claude-unheard-of"))
def test_person_may_not_choose_a_model_that_no_budget_can_hold(providers, scope, model):
    with pytest.raises(services.UnknownPriceError, match=f"The price of the model “{model}” is not known"):
        ask(scope, model=model)

    assert Generation.objects.count() == 0


def test_operator_makes_a_model_open_to_all_by_its_price(providers, scope, settings):
    settings.AI_PRICES = ["qwen3=0.1/0.2"]

    assert ask(scope, model="qwen3").expected_cost > 0


def test_letters_of_the_plan_are_a_stop_too(providers, scope):
    allowed = billing.entitlements_for(scope.pk).ai_calls_a_month
    Generation.objects.bulk_create(Generation(owner=scope, fingerprint="x") for _ in range(allowed))

    with pytest.raises(services.AllowanceUsedUpError, match=f"This month's {allowed} AI letters are used up"):
        ask(scope)


def test_failed_letters_use_up_nothing(providers, scope):
    providers.fail("overloaded")
    services.run_generation(generation_id=ask(scope).pk)

    assert selectors.spend(scope.pk).letters == 0


def test_without_any_key_the_person_is_told_who_can_help(providers, scope, settings):
    settings.OPENAI_API_KEY = settings.ANTHROPIC_API_KEY = ""

    assert selectors.estimate_cost(letter_facts()) is None
    with pytest.raises(services.NoProviderError, match="OPENAI_API_KEY or ANTHROPIC_API_KEY"):
        ask(scope)


def test_strangers_spending_is_not_mine(providers, scope, stranger):
    with owner_scope(stranger.pk):
        services.run_generation(generation_id=ask(stranger).pk)

    assert selectors.spend(scope.pk).spent == 0


def test_requests_at_the_same_moment_share_one_budget(providers, transactional_db):
    owner = User.objects.create_user("olena@example.com", "secret-Pass-1")
    with owner_scope(owner.pk):
        expected = selectors.estimate_cost(letter_facts()).usd
        allow(owner, expected.quantize(Decimal("0.01")) + Decimal("0.01"))
    results, start = [], threading.Barrier(4)

    def work():
        start.wait()
        try:
            with owner_scope(owner.pk):
                results.append(ask(owner).state)
        except services.AllowanceUsedUpError:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)

    with owner_scope(owner.pk):
        spend = selectors.spend(owner.pk)
    assert spend.reserved <= spend.budget
    assert results.count("refused") == 4 - spend.letters
