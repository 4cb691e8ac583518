import re
from collections import Counter
from itertools import pairwise

import pytest

from apps.upwork.sandbox.market import clients, pricing, voices, writer
from apps.upwork.sandbox.market.ontology import CATEGORIES, LABELS
from apps.upwork.sandbox.market.phrasebook import SLOT, Teller, common, luck, specialties


@pytest.fixture(scope="module")
def market():
    """A thousand clients and what each of them posts."""
    rng = luck("11")
    buyers = [clients.invent(rng, number) for number in range(1000)]
    return [(client, writer.write(rng, client, writer.pick_specialty(rng))) for client in buyers]


@pytest.mark.parametrize("key", sorted(specialties()))
def test_every_sentence_of_a_specialty_can_be_told(key):
    specialty = specialties()[key]
    texts = [*specialty.titles, *specialty.goals, *specialty.details, *specialty.needs, *specialty.questions]

    told = [Teller(luck("1"), specialty.words, common().words, common().parts).tell(text) for text in texts]

    assert not any(SLOT.search(text) for text in told)
    assert specialty.category in LABELS
    assert specialty.subcategory in {place.id for category in CATEGORIES for place in category.subcategories}
    assert list(specialty.hourly) == sorted(specialty.hourly)
    assert list(specialty.fixed) == sorted(specialty.fixed)


def test_common_parts_can_be_told():
    given = {"contact": "Ann", "title": "A title"}
    texts = [text for texts in common().parts.values() for text in texts]

    told = [Teller(luck("1"), common().words, common().parts, **given).tell(text) for text in texts]

    assert not any(SLOT.search(text) for text in told)


def test_all_categories_are_represented():
    assert {specialty.category for specialty in specialties().values()} == {category.id for category in CATEGORIES}


def test_postings_are_many_and_different(market):
    descriptions = Counter(draft.description for _, draft in market if not draft.scam)
    titles = Counter(draft.title for _, draft in market)

    assert max(descriptions.values()) <= 2
    assert len(titles) > 800


def test_no_slot_and_no_repeated_line_is_left_in_a_text(market):
    for _, draft in market:
        lines = [line.lstrip("-*•0123456789. ") for line in draft.description.splitlines() if line]
        assert not SLOT.search(draft.title + draft.description), draft
        assert all(first != second for first, second in pairwise(lines)), draft.description


def test_screening_questions_are_on_about_four_in_ten(market):
    share = sum(bool(draft.questions) for _, draft in market) / len(market)

    assert 0.3 <= share <= 0.5
    assert all(len(set(draft.questions)) == len(draft.questions) <= 5 for _, draft in market)


def test_trap_words_stand_in_the_text(market):
    trapped = [draft for _, draft in market if draft.trap]

    assert 60 <= len(trapped) <= 180
    assert all(draft.trap.lower() in draft.description.lower() for draft in trapped)


def test_scams_come_from_new_clients_and_ask_for_contact_or_money(market):
    scams = [(client, draft) for client, draft in market if draft.scam]
    bait = re.compile(r"telegram|whatsapp|signal|text me|deposit|you pay|training kit", re.IGNORECASE)

    assert 5 <= len(scams) <= 80
    assert all(client.hires == 0 for client, _ in scams)
    assert all(bait.search(draft.description) for _, draft in scams)


def test_prices_are_hourly_or_fixed_never_both(market):
    for _, draft in market:
        if draft.kind == "FIXED":
            assert draft.fixed_cents > 0
            assert draft.hourly_min_cents is None
        else:
            assert draft.fixed_cents is None
            assert draft.hourly_max_cents is None or draft.hourly_min_cents < draft.hourly_max_cents


def test_prices_follow_the_quartiles_of_the_specialty():
    rng, specialty = luck("5"), specialties()["python-backend"]
    prices = [pricing.price(rng, specialty) for _ in range(3000)]
    middles = sorted((one.hourly_min + one.hourly_max) / 200 for one in prices if one.hourly_max)

    assert specialty.hourly[0] < middles[len(middles) // 2] < specialty.hourly[2]
    assert {one.level for one in prices} == {"ENTRY_LEVEL", "INTERMEDIATE", "EXPERT"}


def test_experts_are_paid_more():
    rng, specialty = luck("6"), specialties()["python-backend"]
    by_level = {}
    for one in (pricing.price(rng, specialty) for _ in range(2000)):
        if one.hourly_max:
            by_level.setdefault(one.level, []).append(one.hourly_max)

    means = {level: sum(values) / len(values) for level, values in by_level.items()}
    assert means["ENTRY_LEVEL"] < means["INTERMEDIATE"] < means["EXPERT"]


def test_clients_have_a_believable_past(market):
    buyers = [client for client, _ in market]

    assert 0.2 <= sum(client.hires == 0 for client in buyers) / len(buyers) <= 0.45
    assert sum(client.verified for client in buyers) > 700
    assert all(0 <= client.rating <= 5 for client in buyers)
    assert all(client.spent_cents == 0 for client in buyers if client.hires == 0)
    assert Counter(client.country for client in buyers).most_common(1)[0][0] == "United States"


@pytest.mark.parametrize("voice", sorted(voices.VOICES))
def test_every_voice_speaks(voice):
    rng = luck("4")

    spoken = voices.speak(
        rng, voice, ["We need a website. Please answer.", "Looking for a Excel expert, I'm in a hurry."]
    )

    assert len(spoken.split()) >= 12
    assert "a Excel" not in spoken


def test_casual_clients_type_small():
    rng = luck("4")

    assert voices.speak(rng, "casual", ["We need help. Thanks a lot."]).startswith("we need help. thanks")


def test_goal_follows_the_title():
    goals = ["Write a bot for {audience}.", "Clean the sheet of {rows} rows."]

    assert writer.goals_for("Bot for {audience}", goals) == [goals[0]]
    assert writer.goals_for("Something else", goals) == []


def test_same_slot_means_the_same_thing_and_a_numbered_one_another():
    teller = Teller(luck("2"), {"color": ["red", "green"]})

    told = teller.tell("{color} {color} {color2}").split()

    assert told[0] == told[1] != told[2]
