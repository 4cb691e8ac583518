"""House rules that a program can check."""

import ast
import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.sources import APPS, ROOT, name_of, python_files, tree_of

WRITERS = {"services", "migrations", "management", "sandbox", "managers"}
VENDOR_HOMES = {"config/settings.py"}


@pytest.mark.django_db
def test_migrations_are_complete():
    output = StringIO()

    call_command("makemigrations", check=True, dry_run=True, stdout=output)

    assert output.getvalue().strip() == "No changes detected"


def test_migrations_are_named_for_what_they_do():
    automatic = [name_of(path) for path in APPS.rglob("migrations/[0-9]*.py") if "_auto_" in path.name]

    assert automatic == []


def test_vendor_addresses_stand_in_the_settings_alone():
    vendor = re.compile(r"https://[\w.]*(upwork|openai|anthropic|stripe|telegram)\.\w+")
    offenders = {
        name_of(path)
        for path in python_files()
        if "sandbox" not in path.parts
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and vendor.match(node.value)
    }

    assert offenders - VENDOR_HOMES == set()


def test_existing_rows_are_saved_with_update_fields():
    offenders = []
    for path in python_files(APPS):
        for node in ast.walk(tree_of(path)):
            is_save = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "save"
            if is_save and not ast.unparse(node.func.value).endswith(("services", "marks")):
                names = {keyword.arg for keyword in node.keywords}
                is_new = {"using", "force_insert"} & names
                if not (
                    {"update_fields"} & names
                    or is_new
                    or ast.unparse(node.func).endswith(("picture.save", "storage.save"))
                ):
                    offenders.append(f"{name_of(path)}:{node.lineno}")

    assert [place for place in offenders if "sandbox" not in place] == []


def test_writes_stand_in_services():
    verbs = {"save", "bulk_create", "bulk_update", "delete", "update", "create", "get_or_create", "update_or_create"}
    offenders = [
        f"{name_of(path)}:{node.lineno} {ast.unparse(node.func)}"
        for path in python_files(APPS)
        if path.name in {"views.py", "forms.py", "tasks.py", "selectors.py", "consumers.py"} or "views" in path.parts
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in verbs
        and ".objects" in ast.unparse(node.func)
    ]

    assert offenders == []


def _patterns(resolver: URLResolver, namespaces: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], URLPattern]]:
    found: list[tuple[tuple[str, ...], URLPattern]] = []
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            found += _patterns(entry, inner)
        else:
            found.append((namespaces, entry))
    return found


def test_url_names_are_kebab_case_and_namespaced():
    own = [
        (namespaces, pattern)
        for namespaces, pattern in _patterns(get_resolver())
        if getattr(pattern.callback, "__module__", "").startswith("apps.")
    ]

    offenders = [
        f"{':'.join(namespaces)}:{pattern.name}"
        for namespaces, pattern in own
        if not namespaces or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", pattern.name or "")
    ]

    assert own
    assert offenders == []


def test_files_and_functions_keep_their_bounds():
    long_files = {
        name_of(path): lines for path in python_files() if (lines := len(path.read_text().splitlines())) > 500
    }
    long_functions = {
        f"{name_of(path)}:{node.name}": lines
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > 70
    }

    assert (long_files, long_functions) == ({}, {})


def test_nothing_unfinished_is_in_the_tree():
    words = re.compile(r"\bTODO\b|\bFIXME\b|NotImplementedError|(?i:coming soon|lorem ipsum)")
    offenders = [
        name_of(path)
        for path in (*python_files(), *sorted((ROOT / "templates").rglob("*.html")))
        if words.search(path.read_text())
    ]

    assert offenders == []
