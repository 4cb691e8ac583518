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
PRIVATE = {"views", "forms", "tasks", "admin", "client", "consumers", "urls"}
ENTRANCES = {"apps.notifications.urls"}  # the sockets, for config/asgi.py


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


@pytest.mark.parametrize("app", sorted(MAY_IMPORT))
def test_app_leaves_the_private_modules_of_others_alone(app):
    offenders = [
        f"{name_of(path)}:{line} {module}"
        for path in python_files(APPS / app)
        for line, module in imported_modules(path)
        if module.startswith("apps.") and module.split(".")[1] != app and PRIVATE & set(module.split(".")[2:3])
    ]

    assert offenders == []


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
