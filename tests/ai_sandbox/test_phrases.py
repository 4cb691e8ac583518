"""Both languages say the same things: no kind of work without its sentences, no sentence with a hole."""

import string
from dataclasses import fields

import pytest

from apps.ai.sandbox.writer.phrases import EN, UK
from apps.ai.sandbox.writer.work import Work

LISTS = [item.name for item in fields(EN) if isinstance(getattr(EN, item.name), tuple)]
BY_KIND = ("method", "question")


def holes(sentence):
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("part", LISTS)
def test_every_way_to_say_a_part_uses_the_same_facts_in_both_languages(part):
    used = [holes(sentence) for phrases in (EN, UK) for sentence in getattr(phrases, part)]

    assert all(found == used[0] for found in used)


@pytest.mark.parametrize("phrases", [EN, UK])
@pytest.mark.parametrize("part", BY_KIND)
def test_every_kind_of_work_has_its_sentences(phrases, part):
    sentences = getattr(phrases, part)

    assert set(sentences) == set(Work)
    assert all(not holes(sentence) for choices in sentences.values() for sentence in choices)


@pytest.mark.parametrize("part", ["greeting", "greeting_named", "closing"])
def test_tones_are_the_same_in_both_languages(part):
    assert getattr(EN, part).keys() == getattr(UK, part).keys() >= {"plain", "warm", "formal"}


@pytest.mark.parametrize(
    "cliche", ["excited", "passionate", "perfect fit", "leverage", "seamless", "delve", "rest assured"]
)
def test_the_sandbox_avoids_what_clients_are_tired_of(cliche):
    said = " ".join(sentence for part in LISTS for sentence in getattr(EN, part))

    assert cliche not in said.lower()


def test_ukrainian_sentences_are_ukrainian():
    said = "".join(sentence for part in LISTS for sentence in getattr(UK, part)).lower()

    assert not set("ыэъё") & set(said)
