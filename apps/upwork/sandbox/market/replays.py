"""Postings from a file: JSON lines or CSV, plain or gzip, replayed with fresh times at the market's own pace."""

import csv
import gzip
import io
import json
import random
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from apps.upwork.sandbox.market import clients, postings
from apps.upwork.sandbox.market.ontology import CATEGORIES
from apps.upwork.sandbox.market.phrasebook import specialties
from apps.upwork.sandbox.records import Client, Draft
from apps.upwork.sandbox.store import get_setting, put_setting

LEVELS: Final = {"entry": "ENTRY_LEVEL", "entry level": "ENTRY_LEVEL", "expert": "EXPERT"}
DURATIONS: Final = {
    "< 1 month": "WEEK", "less than 1 month": "WEEK", "1 to 3 months": "MONTH", "1-3 months": "MONTH",
    "3 to 6 months": "QUARTER", "3-6 months": "QUARTER", "more than 6 months": "SEMESTER", "6+ months": "SEMESTER",
}  # fmt: skip
ENGAGEMENTS: Final = {
    "less than 30 hrs/week": "Less than 30 hrs/week", "more than 30 hrs/week": "30+ hrs/week", "30+ hrs/week": "30+ hrs/week",
    "hours to be determined": "Hours to be determined",
}  # fmt: skip
APPLICANTS: Final = {"less than 5": 3, "5 to 10": 7, "10 to 15": 12, "15 to 20": 17, "20 to 50": 33, "50+": 65}
SOFTWARE: Final = "531770282580668418"
WEB: Final = (SOFTWARE, "531770282584862733", "Web Development")
TRACKS: Final = {
    "Artificial_Intelligence": (SOFTWARE, "1737190722360750082", "AI Apps & Integration"),
    "Android_Developer": (SOFTWARE, "531770282589057024", "Mobile App Development"),
    "Data_Analyst": ("531770282580668420", "531770282593251330", "Data Analytics"),
}
COUNTRIES: Final = {
    "USA": "United States", "IND": "India", "GBR": "United Kingdom", "CAN": "Canada", "AUS": "Australia", "PAK": "Pakistan",
    "ARE": "United Arab Emirates", "DEU": "Germany", "FRA": "France", "SAU": "Saudi Arabia", "UKR": "Ukraine", "ESP": "Spain",
    "ISR": "Israel", "NLD": "Netherlands", "ITA": "Italy", "SWE": "Sweden", "CHE": "Switzerland", "SGP": "Singapore",
}  # fmt: skip


def load_file(db: sqlite3.Connection, path: Path, rng: random.Random) -> int:
    """Store every posting of the file for replay, in a mixed order; returns how many there are."""
    rows = list(read_rows(path))
    rng.shuffle(rows)
    db.execute("DELETE FROM replay")
    packed = [
        (number, json.dumps(asdict(_draft(row)) | {"client": _client_facts(row)})) for number, row in enumerate(rows)
    ]
    db.executemany("INSERT INTO replay (number, draft) VALUES (?, ?)", packed)
    put_setting(db, "replayed", 0)
    return len(packed)


def read_rows(path: Path) -> Iterator[Mapping[str, Any]]:
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    text = io.StringIO(raw.decode())
    if ".csv" in path.suffixes:
        yield from csv.DictReader(text)
    else:
        yield from (json.loads(line) for line in text if line.strip())


def take(db: sqlite3.Connection, rng: random.Random, number: int) -> tuple[Client, Draft] | None:
    """The next posting of the file; None when there is no file or it is used up."""
    cursor = int(get_setting(db, "replayed", "0"))
    row = db.execute("SELECT draft FROM replay WHERE number = ?", (cursor,)).fetchone()
    if row is None:
        return None
    put_setting(db, "replayed", cursor + 1)
    values = json.loads(row["draft"])
    facts = values.pop("client")
    client = clients.invent(rng, postings.next_client_id(db))
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return postings.add_client(db, _agreeing(client, facts)), Draft(**values)


def _agreeing(client: Client, facts: Mapping[str, Any]) -> Client:
    """The invented client with the facts of the file, and nothing left of the invention that contradicts them."""
    told = replace(client, **facts)
    told = replace(told, posted=max(told.posted, told.hires))
    if told.country == client.country:
        return told
    for country, _, timezone, offset, cities, _ in clients.PLACES:
        if country == told.country:
            return replace(told, city=cities[told.id % len(cities)], timezone=timezone, utc_offset=offset)
    return replace(told, city="")


def _draft(row: Mapping[str, Any]) -> Draft:
    title = str(row["title"]).strip()
    category, subcategory, occupation = _place(row)
    return Draft(
        specialty="replay", category_id=category, subcategory_id=subcategory, occupation=occupation, title=title,
        description=str(row.get("description") or title), skills=tuple(row.get("skills") or (occupation,)),
        level=LEVELS.get(_word(row, "experience_level"), "INTERMEDIATE"), duration=DURATIONS.get(_word(row, "duration")),
        engagement=ENGAGEMENTS.get(_word(row, "work_hours"), ENGAGEMENTS.get(_word(row, "engagement"))),
        hires_wanted=_number(row.get("freelancers_to_hire"), int) or 1,
        popularity=float(APPLICANTS.get(_word(row, "proposals_tier"), 15)), **_price(row),
    )  # fmt: skip


def _price(row: Mapping[str, Any]) -> dict[str, Any]:
    if row.get("job_type") == "fixed":
        return {"kind": "FIXED", "fixed_cents": _cents(row.get("fixed_budget_usd")) or 0}
    rate = _cents(row.get("hourly_rate_usd"))
    low, high = _cents(row.get("hourly_low_usd")), _cents(row.get("hourly_high_usd"))
    return {"kind": "HOURLY", "hourly_min_cents": low or rate, "hourly_max_cents": high or rate}


def _word(row: Mapping[str, Any], name: str) -> str:
    return str(row.get(name)).lower()


def _place(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """Category, subcategory and occupation, by the row's specialty, category or first track."""
    occupation, category = row.get("specialty"), row.get("category")
    for specialty in specialties().values():
        if specialty.name == occupation:
            return specialty.category, specialty.subcategory, specialty.name
    for place in CATEGORIES:
        if place.label == category:
            return place.id, place.subcategories[0].id, str(occupation or place.label)
    return TRACKS.get(next(iter(row.get("tracks") or ()), ""), WEB)


def _client_facts(row: Mapping[str, Any]) -> dict[str, Any]:
    hires = _number(row.get("client_hires"), int)
    reviews = _number(row.get("client_total_reviews"), int)
    country = str(row.get("client_country") or "")
    facts = {
        "country": COUNTRIES.get(country, country) or None,
        "spent_cents": _cents(row.get("client_total_spent")),
        "hires": hires if hires is not None else reviews,
        "reviews": reviews,
        "rating": _number(row.get("client_feedback"), float),
    }
    return {name: value for name, value in facts.items() if value is not None}


def _cents(value: object) -> int | None:
    amount = _number(value, float)
    return None if amount is None else round(amount * 100)


def _number(value: object, kind: Callable[[float], Any]) -> Any:
    return kind(float(str(value))) if value not in (None, "") else None
