"""The sandbox stands alone: no Django, and the market without even a web server."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SANDBOX = ROOT / "apps" / "upwork" / "sandbox"


def loaded_by(module):
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("module", "unwanted"),
    (
        ("apps.upwork.sandbox.app", {"django", "celery"}),
        ("apps.upwork.sandbox.market", {"django", "starlette", "graphql"}),
    ),
)
def test_what_is_not_needed_is_not_loaded(module, unwanted):
    assert loaded_by(module) & unwanted == set()


def test_the_sandbox_imports_nothing_of_the_product():
    imported = {
        name
        for path in SANDBOX.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (name := node.module or "").startswith("apps.")
    }

    assert {name for name in imported if not name.startswith("apps.upwork.sandbox")} == set()


def test_the_product_does_not_load_the_sandbox():
    """Outside of the demo's commands nobody imports it at the top of a module."""
    importers = {
        str(path.relative_to(ROOT))
        for folder in ("apps", "config")
        for path in (ROOT / folder).rglob("*.py")
        if SANDBOX not in path.parents
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("apps.upwork.sandbox")
    }

    assert {name for name in importers if not name.startswith(("apps/ops/demo/", "apps/ops/management/"))} == set()
