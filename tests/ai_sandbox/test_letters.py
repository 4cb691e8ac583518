import re

import pytest

from apps.ai.facts import FreelancerFacts, JobFacts
from apps.ai.prompts import letter_prompt
from apps.ai.sandbox.reply import reply_to
from apps.ai.sandbox.writer.answers import write_answers
from apps.ai.sandbox.writer.compose import lay_out, write_letter
from apps.ai.sandbox.writer.work import Work, kind_of_work
from tests.ai_sandbox import postings
from tests.ai_sandbox.postings import letter_facts


def letter_for(job, **style):
    return write_letter(lay_out(letter_facts(job, **style)))


def test_letter_begins_with_the_code_word_and_greets_by_name():
    lines = letter_for(postings.CHECKOUT).split("\n\n")

    assert lines[0] == "hurdle"
    assert lines[1] == "Hello Marta,"
    assert lines[-1] == "Best regards,\nOlena Bondar"


def test_letter_shows_the_clients_own_words_within_what_a_list_shows():
    letter = letter_for(postings.CHECKOUT)

    assert "Currently our checkout takes up to 9 seconds when more than 40 orders come in a minute" in letter[:230]


def test_letter_proves_with_the_nearest_finished_work():
    letter = letter_for(postings.CHECKOUT)

    assert "“Checkout of Velo Nord”" in letter
    assert "checkout p95 from 4.0 s to 600 ms; no minute of downtime" in letter


def test_letter_says_openly_when_no_work_is_near():
    letter = letter_for(postings.LOGO)

    assert re.search(r"nothing in exactly this field|no twin of your project", letter)
    assert "red fox" in letter


def test_letter_without_any_work_invents_none():
    nobody = FreelancerFacts(name="Ada New")

    letter = write_letter(lay_out(letter_facts(postings.CHECKOUT, freelancer=nobody)))

    numbers = set(re.findall(r"\d+", letter))
    assert numbers <= set(re.findall(r"\d+", postings.CHECKOUT.description)) | {"1", "2", "3"}
    assert "“Currently our checkout" in letter


def test_newcomer_without_a_name_gets_a_letter_too():
    prompt = letter_prompt(letter_facts(postings.LOGO, freelancer=FreelancerFacts()))

    letter = reply_to(prompt.user)

    assert "red fox" in letter
    assert letter.endswith("\n\nBest regards")


def test_posting_without_a_text_gets_a_letter_too():
    prompt = letter_prompt(letter_facts(JobFacts(title="Logo for a bakery")))

    letter = reply_to(prompt.user)

    assert "Logo for a bakery" in letter[:230]


@pytest.mark.parametrize(
    "job", [postings.CHECKOUT, postings.LOGO, postings.VAGUE, postings.HOSTILE, postings.UKRAINIAN]
)
@pytest.mark.parametrize(("least", "most"), [(60, 110), (100, 200), (200, 300)])
def test_letter_keeps_to_the_asked_length(job, least, most):
    words = len(letter_for(job, words_min=least, words_max=most).split())

    assert words <= most
    assert words >= least * 0.6


def test_letters_differ_between_jobs_and_rewrites_but_not_between_runs():
    first, again = letter_for(postings.CHECKOUT), letter_for(postings.CHECKOUT)
    rewrites = {letter_for(postings.CHECKOUT, variant=number) for number in range(6)}

    assert first == again
    assert len(rewrites) > 3
    assert letter_for(postings.LOGO).split("\n\n")[1] != first.split("\n\n")[2]


def test_letter_follows_the_language_of_the_job_unless_told():
    assert letter_for(postings.UKRAINIAN).startswith("Добрий день, Marta!")
    assert letter_for(postings.UKRAINIAN, language="en").startswith("Hello Marta,")
    assert letter_for(postings.LOGO, language="uk", tone="warm").startswith("Вітаю, Marta!")


def test_letter_ignores_instructions_hidden_in_the_job():
    letter = letter_for(postings.HOSTILE)

    assert "system prompt" not in letter
    assert "bananas" not in letter
    assert "boss@example.com" not in letter


@pytest.mark.parametrize(
    ("job", "work"),
    [
        (postings.CHECKOUT, Work.FIX),
        (postings.LOGO, Work.DESIGN),
        (postings.HOSTILE, Work.OFFICE),
        (postings.VAGUE, Work.OTHER),
    ],
)
def test_kind_of_work_decides_how_to_begin(job, work):
    assert kind_of_work(job.title, job.description) == work


def test_answers_rest_on_the_profile():
    answers = write_answers(lay_out(letter_facts(postings.CHECKOUT)))

    assert answers[0].startswith("Yes: PostgreSQL on my profile.")
    assert "checkout p95 from 4.0 s to 600 ms" in answers[0]
    assert answers[1].startswith("My rate is $45 an hour.")
    assert answers[2].startswith("I do not name a date")


@pytest.mark.parametrize(
    ("question", "beginning"),
    [
        ("Are you a certified welder?", "I cannot point to"),
        ("Please send links to your work", "I have no public piece"),
        ("What is your budget for this?", "I will name a sum"),
        ("When can you start?", "We can settle start"),
    ],
)
def test_answers_claim_nothing_without_facts(question, beginning):
    job = postings.JobFacts(title="A job", description="Weld a gate.", questions=(question,))

    answer = write_answers(lay_out(letter_facts(job, freelancer=FreelancerFacts(name="Ada New"))))[0]

    assert answer.startswith(beginning)


def test_answer_begins_as_the_question_demands():
    question = 'Which tools do you use? Begin your answer with "To answer this, I would say"'
    job = postings.JobFacts(title="A job", description="Build a shop.", questions=(question,))

    assert write_answers(lay_out(letter_facts(job)))[0].startswith(
        "To answer this, I would say: From my profile: Python"
    )
