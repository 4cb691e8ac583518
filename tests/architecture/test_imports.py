"""The rooms and their doors: who may import whom, and which modules of a room are its own business."""

import pytest

from tests.architecture.sources import APPS, ROOT, imported_modules, name_of, python_files

_UP_TO_BILLING = {"core", "notifications", "accounts", "billing"}
MAY_IMPORT = {
    "core": set(),
    "notifications": {"core"},
    "accounts": {"core", "notifications"},
    "billing": {"core", "notifications", "accounts"},
    "upwork": {"core", "notifications", "accounts"},
    "ai": _UP_TO_BILLING,
    "pages": {"core", "accounts", "billing"},
    "jobs": _UP_TO_BILLING | {"upwork", "ai"},
    "proposals": _UP_TO_BILLING | {"upwork", "ai", "jobs"},
    "ops": _UP_TO_BILLING | {"upwork", "ai", "pages", "jobs", "proposals"},
}
COMMON = {"models", "enums", "selectors", "services"}
DOORS = {  # what a room shows beside them: registries, and what others are given or have to name
    "core": {
        "admin", "audit", "breaker", "claims", "countries", "crypto", "errors", "forms", "health", "htmx", "http", "limits", "logs",
        "realtime", "redirects", "redis", "sealed_columns", "sheets", "templatetags", "tenancy", "throttle", "waits",
    },
    "accounts": {"key_testers", "panels", "privacy", "vault"},
    "upwork": {"errors", "policy", "purgers", "types"},
    "ai": {"facts"},
}  # fmt: skip
# for apps/ops alone
DOORS_OF_THE_DEMO = {"accounts": {"roles"}, "upwork": {"sandbox"}, "ai": {"sandbox"}, "proposals": {"facts", "rules"}}


@pytest.mark.parametrize("app", sorted(MAY_IMPORT))
def test_app_imports_only_what_it_may(app):
    offenders = [
        f"{name_of(path)}:{line} {module}"
        for path in python_files(APPS / app)
        for line, module in imported_modules(path)
        if module.startswith("apps.") and module.split(".")[1] not in MAY_IMPORT[app] | {app}
    ]

    assert offenders == []


def test_every_app_stands_in_the_graph():
    assert {path.parent.name for path in APPS.glob("*/__init__.py")} == MAY_IMPORT.keys()


def _imports_of_others():
    """Each import of a room by another: who imports, the room, and its module."""
    for path in python_files(APPS):
        app = path.relative_to(APPS).parts[0]
        for _line, module in imported_modules(path):
            package, *inside = module.split(".")
            if package == "apps" and inside[0] != app:
                yield app, inside[0], inside[1]


def test_rooms_enter_each_other_by_the_doors_and_every_door_is_used():
    used = {
        (app == "ops", room, module)
        for app, room, module in _imports_of_others()
        if module not in COMMON and not (app == "ops" and module in DOORS.get(room, ()))
    }

    listed = {(False, room, module) for room, doors in DOORS.items() for module in doors}
    listed |= {(True, room, module) for room, doors in DOORS_OF_THE_DEMO.items() for module in doors}
    assert (used - listed, listed - used) == (set(), set())


def test_no_app_imports_the_configuration_or_the_tooling():
    offenders = [
        f"{name_of(path)}:{line} {module}"
        for path in python_files(APPS)
        for line, module in imported_modules(path)
        if module.split(".")[0] in {"config", "dev", "tests", "bench"}
    ]

    assert offenders == []


def test_imports_are_absolute():
    offenders = [
        f"{name_of(path)}:{line}"
        for path in python_files(ROOT / "apps", ROOT / "config")
        for line, module in imported_modules(path)
        if module.startswith(".")
    ]

    assert offenders == []


def test_production_code_never_loads_a_sandbox():
    offenders = [
        f"{name_of(path)}:{line} {module}"
        for path in python_files(APPS)
        if "sandbox" not in path.parts and "ops" not in path.parts
        for line, module in imported_modules(path)
        if ".sandbox" in module
    ]

    assert offenders == []
