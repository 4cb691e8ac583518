"""Clients with a past: where they are, how often they hire, what they spent, how they write."""

import random
from typing import Final

from apps.upwork.sandbox.market.phrasebook import Teller, common
from apps.upwork.sandbox.market.voices import VOICES
from apps.upwork.sandbox.records import Client

PLACES: Final = (  # country, weight, time zone, hours from UTC, cities, first names
    ("United States", 40, "America/New_York", -5, ("New York", "Austin", "Denver", "Miami", "Chicago", "Seattle", "San Diego", "Atlanta"), ("Mike", "Sarah", "Jason", "Emily", "Brandon", "Ashley", "Dave", "Rachel")),
    ("United Kingdom", 9, "Europe/London", 0, ("London", "Manchester", "Bristol", "Leeds"), ("Tom", "Gemma", "Oliver", "Harriet")),
    ("Canada", 6, "America/Toronto", -5, ("Toronto", "Vancouver", "Montreal", "Calgary"), ("Liam", "Chloe", "Marc", "Priya")),
    ("Australia", 6, "Australia/Sydney", 10, ("Sydney", "Melbourne", "Brisbane", "Perth"), ("Jack", "Bronwyn", "Lachlan", "Mia")),
    ("Germany", 5, "Europe/Berlin", 1, ("Berlin", "Munich", "Hamburg", "Cologne"), ("Jonas", "Katrin", "Lukas", "Steffi")),
    ("India", 6, "Asia/Kolkata", 5, ("Bengaluru", "Mumbai", "Pune", "Jaipur"), ("Rahul", "Anjali", "Vikram", "Neha")),
    ("Netherlands", 3, "Europe/Amsterdam", 1, ("Amsterdam", "Utrecht", "Rotterdam"), ("Sander", "Femke", "Bas")),
    ("United Arab Emirates", 3, "Asia/Dubai", 4, ("Dubai", "Abu Dhabi"), ("Omar", "Layla", "Yousef")),
    ("Israel", 3, "Asia/Jerusalem", 2, ("Tel Aviv", "Haifa"), ("Noa", "Eitan", "Yael")),
    ("France", 3, "Europe/Paris", 1, ("Paris", "Lyon", "Nantes"), ("Julien", "Camille", "Antoine")),
    ("Pakistan", 3, "Asia/Karachi", 5, ("Lahore", "Karachi"), ("Bilal", "Ayesha", "Usman")),
    ("Sweden", 2, "Europe/Stockholm", 1, ("Stockholm", "Malmö"), ("Erik", "Linnea")),
    ("Spain", 2, "Europe/Madrid", 1, ("Madrid", "Valencia"), ("Pablo", "Lucía")),
    ("Singapore", 2, "Asia/Singapore", 8, ("Singapore",), ("Wei", "Serene")),
    ("Nigeria", 2, "Africa/Lagos", 1, ("Lagos", "Abuja"), ("Chidi", "Amara")),
    ("Brazil", 1, "America/Sao_Paulo", -3, ("São Paulo", "Curitiba"), ("Rafael", "Bianca")),
    ("Switzerland", 2, "Europe/Zurich", 1, ("Zurich", "Geneva"), ("Reto", "Céline")),
    ("Poland", 1, "Europe/Warsaw", 1, ("Warsaw", "Kraków"), ("Piotr", "Magda")),
)  # fmt: skip
NEW_SHARE: Final = 0.28


def invent(rng: random.Random, client_id: int) -> Client:
    country, _, timezone, offset, cities, names = rng.choices(PLACES, [place[1] for place in PLACES])[0]
    teller = Teller(rng, common().words)
    new = rng.random() < NEW_SHARE
    posted = rng.randint(1, 2) if new else max(2, round(rng.lognormvariate(2.3, 1.0)))
    hire_rate = min(0.95, max(0.0, rng.gauss(0.45, 0.25)))
    hires = 0 if new else round(posted * hire_rate * rng.uniform(0.9, 1.4))
    reviews = round(hires * rng.uniform(0.5, 0.95))
    return Client(
        id=client_id, name=teller.tell("{company}"), contact=rng.choice(names), business=teller.tell("{business}"),
        voice=rng.choices(list(VOICES), list(VOICES.values()))[0], country=country, city=rng.choice(cities),
        timezone=timezone, utc_offset=offset, posted=posted, hires=hires, reviews=reviews,
        rating=round(min(5.0, rng.triangular(3.4, 5.0, 4.95)), 2) if reviews else 0.0,
        spent_cents=round(hires * rng.lognormvariate(6.2, 1.2) * 100), verified=rng.random() < (0.55 if new else 0.95),
        hire_rate=round(hire_rate, 3),
    )  # fmt: skip
