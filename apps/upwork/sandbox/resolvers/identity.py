"""Who is asking: user, organizations, profiles."""

from apps.upwork.sandbox.market import people
from apps.upwork.sandbox.market.ontology import number_of, slug
from apps.upwork.sandbox.records import Client, Freelancer
from apps.upwork.sandbox.resolvers.context import Info, Node, Resolver, failed, money


def user(info: Info) -> Node:
    person = info.context.freelancer
    return generic_user(person) | {
        "__typename": "CurrentUser",
        "freelancerProfile": lambda _: freelancer_profile(person),
        "talentProfile": lambda _: talent_profile(person),
        "contractTimeReport": lambda _, **__: {"totalCount": 0, "edges": [], "pageInfo": {"hasNextPage": False}},
    }


def organization(info: Info) -> Node:
    call = info.context
    return organization_of(call.freelancer, call.organization_id)


def company_selector(info: Info) -> Node:
    person = info.context.freelancer
    own = [person.organization_id, *([person.agency_id] if person.agency_id else [])]
    return {"items": [_selector_item(organization_of(person, number)) for number in own]}


def _selector_item(found: Node) -> Node:
    agency = bool(found["flag"]["agency"])
    return {
        "title": found["name"], "organizationId": found["id"], "organizationRid": found["rid"],
        "organizationType": found["type"], "organizationLegacyType": found["legacyType"],
        "typeTitle": "Agency" if agency else "Freelancer", "legacyEnterpriseOrganization": False,
    }  # fmt: skip


def organization_of(person: Freelancer, number: int) -> Node:
    agency = number == person.agency_id
    return {
        "id": number, "rid": number // 1000, "legacyId": number // 1000,
        "name": person.agency_name if agency else person.name, "type": "BUSINESS" if agency else "SOLE_PROPRIETOR",
        "legacyType": "VENDOR", "flag": {"client": False, "vendor": True, "agency": agency, "individual": not agency},
        "active": True, "hidden": False,
    }  # fmt: skip


def client_organization(client: Client) -> Node:
    return {
        "id": 600_000_000_000_000_000 + client.id, "rid": 7_000_000 + client.id, "legacyId": 7_000_000 + client.id,
        "name": client.name, "type": "BUSINESS", "legacyType": "CLIENT", "active": True, "hidden": False,
        "flag": {"client": True, "vendor": False, "agency": False, "individual": False},
    }  # fmt: skip


def generic_user(person: Freelancer) -> Node:
    first, _, last = person.name.partition(" ")
    return {
        "__typename": "GenericUser", "id": person.id, "nid": person.nid, "rid": person.id // 1000, "name": person.name,
        "firstName": first, "lastName": last, "email": f"{person.nid}@sandbox.example", "photoUrl": None,
        "ciphertext": people.profile_key(person), "publicUrl": f"/freelancers/{people.profile_key(person)}",
        "location": {"countryName": person.country, "cityName": person.city, "timezone": "UTC"},
    }  # fmt: skip


def client_user(client: Client) -> Node:
    number = 500_000_000_000_000_000 + client.id
    return {
        "__typename": "GenericUser", "id": number, "nid": f"client{client.id}", "rid": 8_000_000 + client.id,
        "name": client.contact, "firstName": client.contact, "lastName": "",
        "location": {"countryName": client.country, "cityName": client.city, "timezone": client.timezone},
    }  # fmt: skip


def talent_profile_list(info: Info, person_id: str, primary: bool = True) -> Node:
    person = people.get(info.context.db, person_id)
    if person is None:
        raise failed("Authorization failed")
    return {"profiles": [talent_profile(person)]}


def talent_profile_by_key(info: Info, profile_key: str) -> Node | None:
    person = _by_profile_key(info, profile_key)
    return talent_profile(person) if person else None


def freelancer_profile_by_key(info: Info, profile_key: str) -> Node:
    person = _by_profile_key(info, profile_key)
    if person is None:
        raise failed("Profile not found")
    return freelancer_profile(person)


def _by_profile_key(info: Info, key: str) -> Freelancer | None:
    return next((person for person in people.every(info.context.db) if people.profile_key(person) == key), None)


def _personal(person: Freelancer) -> Node:
    first, _, last = person.name.partition(" ")
    return {
        "firstName": first, "lastName": last, "title": person.title, "description": person.overview,
        "chargeRate": money(person.rate_cents), "profileUrl": f"/freelancers/{people.profile_key(person)}",
        "profileState": "public",
    }  # fmt: skip


def talent_profile(person: Freelancer) -> Node:
    return {
        "personId": person.id, "identity": {"id": person.id, "ciphertext": people.profile_key(person)},
        "personalData": _personal(person), "personAvailability": {"personId": person.id, "capacity": "fullTime"},
        "skills": [
            {"id": number_of(skill), "skill": slug(skill), "prettyName": skill, "rank": str(rank), "ontologySkill": skill_node(skill)}
            for rank, skill in enumerate(person.skills)
        ],
        "profileAggregates": {
            "totalJobs": person.jobs, "totalHourlyJobs": person.jobs // 2,
            "totalFixedJobs": person.jobs - person.jobs // 2, "totalFeedback": 4.9 if person.jobs else 0.0,
            "totalEarnings": person.earned_cents / 100, "topRatedStatus": person.badge,
        },
    }  # fmt: skip


def freelancer_profile(person: Freelancer) -> Node:
    personal = _personal(person)
    return {
        "id": person.id, "fullName": person.name, "firstName": personal["firstName"], "lastName": personal["lastName"],
        "personalData": personal, "countryDetails": {"name": person.country},
        "aggregates": {
            "jobSuccessScore": person.success_score, "topRatedStatus": person.badge,
            "totalEarnings": money(person.earned_cents), "totalFeedback": 4.9 if person.jobs else 0.0,
        },
        "skills": {"edges": [{"node": skill_node(skill)} for skill in person.skills]},
        "userPreferences": {"visibilityLevel": "public", "exposeFullName": False, "hideJss": False},
        "verifications": {"idVerified": True, "phoneVerified": True, "webcamVerified": False},
    }  # fmt: skip


def skill_node(label: str) -> Node:
    number = number_of(label)
    return {
        "__typename": "Skill", "id": number, "ontologyId": f"upworkOntology:{slug(label)}", "type": ["Skill"],
        "entityStatus": "active", "preferredLabel": label, "prettyName": label, "legacySkillNid": slug(label),
    }  # fmt: skip


ROOTS: dict[str, Resolver] = {
    "user": user, "organization": organization, "companySelector": company_selector,
    "talentProfile": talent_profile_list, "talentProfileByProfileKey": talent_profile_by_key,
    "freelancerProfileByProfileKey": freelancer_profile_by_key,
}  # fmt: skip
