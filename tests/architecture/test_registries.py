"""What rooms above fill in for rooms below: a name that is missing here was forgotten in an `AppConfig.ready()`."""

import ast

from apps.accounts import key_testers, panels
from apps.accounts.enums import KeyKind
from apps.core import health, sealed_columns
from apps.notifications.catalogue import CATALOGUE
from apps.upwork import purgers
from tests.architecture.sources import APPS, python_files, tree_of


def test_every_dependency_has_a_health_check():
    assert health.registered() == {"database", "redis", "upwork"}


def test_what_a_disconnect_removes_is_registered():
    assert purgers.registered() == {"apps.jobs.services.purge.purge_owner"}


def test_the_settings_pages_are_told_what_ai_costs():
    assert panels.registered() == {"ai_spend", "own_key_spend"}


def test_every_kind_of_key_has_its_tester():
    assert key_testers.registered().keys() == set(KeyKind)


def test_every_column_that_holds_something_sealed_is_registered_for_rotation():
    assert sealed_columns.registered().keys() == {
        "accounts.SecretKey.sealed",
        "mfa.Authenticator.data",
        "upwork.Connection.access_token",
        "upwork.Connection.refresh_token",
    }


def test_every_switch_of_the_preferences_belongs_to_something_that_is_told():
    calls = (node for path in python_files(APPS) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))
    told = {
        ast.unparse(word.value).removeprefix("Event.").lower()
        for call in calls
        if ast.unparse(call.func).rpartition(".")[2] in {"notify", "notify_many"}
        for word in call.keywords
        if word.arg == "event" and ast.unparse(word.value).startswith("Event.")
    }

    assert told == CATALOGUE.keys()
