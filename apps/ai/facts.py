"""What a letter is written from: plain facts, so that ai knows neither a Job nor a Proposal."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final, TypeVar

JOB_LANGUAGE: Final = "job"
Json = dict[str, Any]
Facts = TypeVar("Facts")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFacts:
    """The posting. Its text is the client's: untrusted wherever it is used."""

    title: str
    description: str = ""
    skills: tuple[str, ...] = ()
    kind: str = ""
    budget: str = ""
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFacts:
    first_name: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofFacts:
    """One finished work of the freelancer; `confidential` ones never leave `shareable()`."""

    title: str
    description: str = ""
    outcomes: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    confidential: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FreelancerFacts:
    name: str = ""  # a newcomer has not said it yet
    title: str = ""
    overview: str = ""
    skills: tuple[str, ...] = ()
    rate: str = ""
    proofs: tuple[ProofFacts, ...] = ()
    past_letters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterStyle:
    """How to write; `variant` counts the rewrites a person asked for, so that each differs from the last."""

    tone: str = "plain"
    language: str = JOB_LANGUAGE
    words_min: int = 100
    words_max: int = 200
    provider: str = "auto"
    model: str = ""
    only_own_keys: bool = False
    variant: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    job: JobFacts
    freelancer: FreelancerFacts
    client: ClientFacts = field(default_factory=ClientFacts)
    style: LetterStyle = field(default_factory=LetterStyle)

    def shareable(self) -> LetterFacts:
        """The same without confidential works: the only form that is stored or sent."""
        proofs = tuple(proof for proof in self.freelancer.proofs if not proof.confidential)
        return replace(self, freelancer=replace(self.freelancer, proofs=proofs))

    def without_installation(self) -> LetterFacts:
        """The same, to be written on the person's own keys or not at all."""
        return replace(self, style=replace(self.style, only_own_keys=True))

    def to_json(self) -> Json:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Json) -> LetterFacts:
        """Read what `to_json` wrote, also in an older version of it: unknown keys are left out."""
        freelancer = dict(data["freelancer"])
        freelancer["proofs"] = [_read(ProofFacts, proof) for proof in freelancer.get("proofs", ())]
        return cls(
            job=_read(JobFacts, data["job"]),
            client=_read(ClientFacts, data.get("client", {})),
            freelancer=_read(FreelancerFacts, freelancer),
            style=_read(LetterStyle, data.get("style", {})),
        )


def _read(kind: type[Facts], data: Json) -> Facts:
    known = {item.name for item in fields(kind)}  # type: ignore[arg-type]  # every kind here is a dataclass
    return kind(
        **{name: tuple(value) if isinstance(value, list) else value for name, value in data.items() if name in known}
    )
