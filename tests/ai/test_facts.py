import json

from apps.ai.facts import FreelancerFacts, JobFacts, LetterFacts, ProofFacts
from tests.ai_sandbox.postings import letter_facts


def test_facts_survive_the_way_through_json():
    facts = letter_facts(tone="warm", words_max=300)

    assert LetterFacts.from_json(json.loads(json.dumps(facts.to_json()))) == facts


def test_facts_of_another_version_are_read():
    data = letter_facts().to_json()
    data["job"]["mood"] = "sunny"
    del data["client"], data["style"]

    facts = LetterFacts.from_json(data)

    assert facts.job == letter_facts().job
    assert facts.style.words_max == 200


def test_shareable_facts_have_no_confidential_work():
    open_work, secret = ProofFacts(title="A shop"), ProofFacts(title="A bank", confidential=True)
    facts = LetterFacts(
        job=JobFacts(title="A", description="B"), freelancer=FreelancerFacts(name="C", proofs=(open_work, secret))
    )

    assert facts.shareable().freelancer.proofs == (open_work,)
