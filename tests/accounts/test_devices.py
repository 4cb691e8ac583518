"""Devices and places in words that their owner recognises."""

from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from apps.accounts import devices

SPRITE = Path(settings.BASE_DIR) / "static/img/icons.svg"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 15.1; rv:150.0) Gecko/20100101 Firefox/150.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36"
)


@pytest.mark.parametrize(
    ("user_agent", "name", "icon"),
    [
        (MAC, "Firefox on macOS", "laptop"),
        (IPHONE, "Safari on iPhone", "smartphone"),
        (EDGE, "Edge on Windows", "laptop"),
        (ANDROID, "Chrome on Android", "smartphone"),
        ("curl/8.11.0", "Unknown device", "terminal"),
        ("", "Unknown device", "terminal"),
    ],
)
def test_device_is_named_by_browser_and_system(user_agent, name, icon):
    assert (devices.name_of(user_agent), devices.icon_of(user_agent)) == (name, icon)
    assert f'<symbol id="{icon}"' in SPRITE.read_text()


def test_device_is_named_in_the_readers_language():
    with translation.override("uk"):
        named = devices.name_of(MAC)

    assert named == "Firefox на macOS"


@pytest.mark.parametrize(
    ("time_zone", "city"),
    [
        ("Europe/Kyiv", "Kyiv"),
        ("Europe/Kiev", "Kyiv"),
        ("America/New_York", "New York"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires"),
        ("UTC", ""),
        ("Etc/GMT+3", ""),
        ("<script>/Mars", ""),
        ("", ""),
    ],
)
def test_place_is_the_city_of_a_zone_that_exists(time_zone, city):
    assert devices.city_of(time_zone) == city


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("176.37.12.200", "176.37.•.•"),
        ("2a02:0db8:85a3::8a2e:370:7334", "2a02:db8:85a3:•"),
        ("127.0.0.1", "127.0.0.1"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_address_is_shown_by_its_network_alone(address, prefix):
    assert devices.prefix_of(address) == prefix


def test_place_joins_what_is_known():
    assert devices.place_of(address="176.37.12.200", time_zone="Europe/Kyiv") == "Kyiv, 176.37.•.•"
