"""What a person recognises their own device by: the browser, the system, and roughly the place.

Nobody outside is asked where an address is: the place is the city of the browser's time zone, or the address's beginning.
"""

import ipaddress
from typing import Final

from django.utils.translation import gettext as _

from apps.accounts.validators import ZONES

# the first mark found wins: most browsers also name the ones they resemble
_BROWSERS: Final = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"), ("CriOS/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS: Final = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
_KYIV: Final = frozenset({"Europe/Kyiv", "Europe/Kiev"})  # the second is what many browsers still say
_PHONES: Final = frozenset({"iPhone", "iPad", "Android"})


def browser_of(user_agent: str) -> tuple[str, str]:
    """The names of the browser and of the system, each empty where it is not known."""
    browser, system = (
        next((name for mark, name in known if mark in user_agent), "") for known in (_BROWSERS, _SYSTEMS)
    )
    return browser, system


def name_of(user_agent: str) -> str:
    """Like “Firefox on macOS”."""
    browser, system = browser_of(user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


def icon_of(user_agent: str) -> str:
    browser, system = browser_of(user_agent)
    if system in _PHONES:
        return "smartphone"
    return "laptop" if browser else "terminal"


def city_of(time_zone: str) -> str:
    """Like “New York” of America/New_York; zones without a place, like UTC, have none."""
    if time_zone in _KYIV:
        return _("Kyiv")
    area, _slash, city = time_zone.rpartition("/")
    return city.replace("_", " ") if area and area != "Etc" and time_zone in ZONES else ""


def prefix_of(address: str) -> str:
    """The half of the address that says the network and not the house: 176.37.•.•"""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if found.is_private:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return ".".join([*address.split(".")[:2], "•", "•"])
    return ":".join([group.lstrip("0") or "0" for group in found.exploded.split(":")[:3]]) + ":•"


def place_of(*, address: str, time_zone: str) -> str:
    return ", ".join(filter(None, [city_of(time_zone), prefix_of(address)]))
