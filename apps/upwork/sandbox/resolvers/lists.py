"""The ontology and the short lists everybody may read."""

from collections.abc import Mapping
from typing import Any, Final

from apps.upwork.sandbox.market.clients import PLACES
from apps.upwork.sandbox.market.ontology import CATEGORIES, Category, Subcategory, number_of, slug
from apps.upwork.sandbox.market.phrasebook import specialties
from apps.upwork.sandbox.resolvers.context import Info, Node, Resolver
from apps.upwork.sandbox.resolvers.identity import skill_node

LANGUAGES: Final = {
    "en": "English", "uk": "Ukrainian", "es": "Spanish", "de": "German", "fr": "French", "pl": "Polish", "pt": "Portuguese",
}  # fmt: skip
REASONS: Final = {
    "PROPOSAL_DECLINE": ("Not interested in the work", "Too busy on other projects", "The client's budget is too low"),
    "CONTRACT_END_HOURLY": ("The work is finished", "The client is not responsive"),
    "CONTRACT_END_FIXED": ("All milestones are done", "The scope changed too much"),
}


def ontology_categories(_: Info) -> list[Node]:
    return [
        _place(category) | {"subcategories": [_place(place) for place in category.subcategories]}
        for category in CATEGORIES
    ]


def ontology_skills(_: Info, limit: int, offset: int = 0) -> list[Node]:
    return [skill_node(label) for label in every_skill()[offset : offset + limit]]


def ontology_search(_: Info, filter: Mapping[str, Any] | None = None) -> list[Node]:
    """Skills whose label starts with the words given."""
    words = (filter or {}).get("preferredLabel_any", "").lower()
    found = [skill_node(label) for label in every_skill() if label.lower().startswith(words)]
    return found[: (filter or {}).get("limit") or 20]


def reasons(_: Info, reason_type: str, all: bool = False) -> list[Node]:
    return [
        {"id": number, "reason": text, "alias": slug(text)} for number, text in enumerate(REASONS[reason_type], 200)
    ]


def countries(_: Info) -> list[Node]:
    names = sorted(place[0] for place in PLACES)
    return [
        {"id": number, "name": name, "active": True, "registrationAllowed": True}
        for number, name in enumerate(names, 1)
    ]


def languages(_: Info) -> list[Node]:
    return [{"iso639Code": code, "active": True, "englishName": name} for code, name in LANGUAGES.items()]


def time_zones(_: Info) -> list[Node]:
    return [{"timeZoneName": name, "timeZoneDescription": name} for name in sorted({place[2] for place in PLACES})]


def every_skill() -> list[str]:
    return sorted({skill for specialty in specialties().values() for skill in specialty.skills})


def _place(place: Category | Subcategory) -> Node:
    services = {one.name for one in specialties().values() if place.id in (one.category, one.subcategory)}
    return {
        "id": place.id, "preferredLabel": place.label, "slug": slug(place.label), "altLabel": [],
        "ontologyId": f"upworkOntology:{slug(place.label)}", "services": [_service(name) for name in sorted(services)],
    }  # fmt: skip


def _service(name: str) -> Node:
    return {"id": number_of(name), "preferredLabel": name, "slug": slug(name), "altLabel": [], "ontologyId": slug(name)}


ROOTS: dict[str, Resolver] = {
    "ontologyCategories": ontology_categories, "ontologySkills": ontology_skills,
    "ontologyElementsSearchByPrefLabel": ontology_search, "reasons": reasons, "countries": countries,
    "languages": languages, "timeZones": time_zones,
}  # fmt: skip
