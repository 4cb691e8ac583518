"""The audit of dependencies: it sees a pin without a hash, a wish without a pin, and says how old pins are."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dev import audit

LOCK = "celery==5.5.0 \\\n    --hash=sha256:{hash}\n    # via -r requirements.in\nnumpy==2.4.6 ; python_full_version < '3.12' \\\n    --hash=sha256:{hash}\n"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout in which everything is right."""
    monkeypatch.setattr(audit, "CHECKOUT", tmp_path)
    (tmp_path / "dev").mkdir()
    for file in audit.LOCKED:
        (tmp_path / file).write_text(LOCK.format(hash="0" * 64))
    for file in ("requirements.in", "requirements-dev.in"):
        (tmp_path / file).write_text("# why\n-r other.in\ncelery  # background work\nnumpy\n")
    return tmp_path


def test_what_is_right_is_left_alone(checkout: Path):
    assert (audit.unpinned(), audit.unlocked()) == ([], [])


@pytest.mark.parametrize(
    "line",
    (
        "redis==8.1.0",
        "redis>=8 --hash=sha256:00",
        "redis",
        "git+https://example.com/redis.git",
        "--index-url https://evil.example/",
    ),
)
def test_line_that_fixes_no_content_is_named(checkout: Path, line: str):
    (checkout / "requirements.txt").write_text(f"{line}\n")

    [problem] = audit.unpinned()

    assert problem.startswith("requirements.txt: ")


def test_wish_that_nobody_locked_is_named(checkout: Path):
    (checkout / "requirements.in").write_text("celery\nPillow_SIMD[x]\n")

    assert audit.unlocked() == ["pillow-simd is wanted and not locked: make lock"]


def test_our_own_locks_are_right():
    assert (audit.unpinned(), audit.unlocked(), audit.broken()) == ([], [], [])
    assert sum(1 for _pin in audit.pins()) > 100


def test_age_of_pins_comes_from_the_history(capsys: pytest.CaptureFixture[str]):
    audit.report_ages(datetime.now(UTC).date() + timedelta(days=audit.OLD_DAYS + 400))

    said = capsys.readouterr().out
    assert "Age of pins: " in said
    assert "celery " in said or "there is no history" in said


def test_without_a_history_the_age_is_called_unknown(checkout: Path, capsys: pytest.CaptureFixture[str]):
    audit.report_ages()

    assert capsys.readouterr().out == "Age of pins: unknown, there is no history here.\n"


def test_feed_that_does_not_answer_is_named_and_not_taken_for_safety(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(audit, "BIN", checkout)  # there is no such program

    found = audit.ask_for_holes()

    assert not found
    assert "UNKNOWN" in capsys.readouterr().out
