import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.ai.answers import letter_so_far, split_reply


@pytest.mark.parametrize(
    "tail",
    [
        "===ANSWERS===\n[1] Yes.\n[2] Next week.",
        "=== ANSWERS ===\n\n[1]: Yes.\n\n[2]: Next week.\n",
        "**Answers:**\n1. Yes.\n2. Next week.",
        "### ANSWERS\n1) Yes.\n2) Next week.",
        "===ANSWERS===\nQ1: Yes.\nQ2: Next week.",
        "===ANSWERS===\n**[1]** Yes.\n**[2]** Next week.",
        "===ANSWERS===\nYes.\n\nNext week.",
    ],
)
def test_answers_are_read_however_the_model_dresses_them(tail):
    assert split_reply(f"Hello,\n\nA letter.\n\n{tail}", questions=2) == ("Hello,\n\nA letter.", ["Yes.", "Next week."])


def test_list_inside_an_answer_is_not_the_next_answer():
    reply = "A letter.\n===ANSWERS===\n[1] Three steps:\n1. look\n2. cut\n[2] Monday."

    assert split_reply(reply, questions=2)[1] == ["Three steps:\n1. look\n2. cut", "Monday."]


def test_missing_answers_are_empty_and_surplus_ones_left_out():
    assert split_reply("A letter.", questions=2) == ("A letter.", ["", ""])
    assert split_reply("A letter.\n===ANSWERS===\n[1] Yes.", questions=2)[1] == ["Yes.", ""]
    assert split_reply("A letter.\n===ANSWERS===\n[1] Yes.\n[2] No.\n[3] Why?", questions=2)[1] == ["Yes.", "No."]
    assert split_reply("A letter.\n===ANSWERS===\none\n\ntwo\n\nthree", questions=2)[1] == ["", ""]
    assert split_reply("A letter.\n===ANSWERS===\nJust a text.", questions=1)[1] == ["Just a text."]


def test_the_word_answers_in_a_sentence_ends_no_letter():
    letter = "Answers matter.\nThree answers follow below."

    assert split_reply(letter, questions=0) == (letter, [])


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\n\nHello", "Hello"),
        ("Hello,\n\n", "Hello,"),
        ("Hello,\n\n==", "Hello,"),
        ("Hello,\n\n===ANSW", "Hello,"),
        ("Hello,\n\n===ANSWERS===\n[1] Yes", "Hello,"),
        ("Hello,\n\nA letter", "Hello,\n\nA letter"),
    ],
)
def test_half_a_marker_is_never_shown(raw, shown):
    assert letter_so_far(raw) == shown


@given(st.text(alphabet="aAnNsS =*\n[1]", max_size=60), st.integers(min_value=1, max_value=7))
def test_shown_letter_only_grows(letter, step):
    reply = f"Hello {letter}\n===ANSWERS===\n[1] Yes."
    shown = ""

    for end in range(0, len(reply) + step, step):
        now = letter_so_far(reply[:end])
        assert now.startswith(shown) or shown.startswith(now)
        shown = max(shown, now, key=len)
