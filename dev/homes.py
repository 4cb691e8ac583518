"""Where the engines keep their data, and who may use it. Standard library only: `make clean` runs without the packages."""

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parent.parent
LOCAL: Final = CHECKOUT / ".local"
PERSISTENT_TEMPORARY: Final = Path("/var/tmp")  # noqa: S108 survives a reboot; ownership is checked before use
LEFT_BEHIND_SECONDS: Final = 20.0


class EngineError(RuntimeError):
    """A sentence for the person at the terminal: what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Home:
    """A folder of engine data held by one process; `lock` is handed to the engines, so it is free when all have ended."""

    folder: Path
    binaries: Path  # as root: copies that an ordinary user can read
    lock: int
    throwaway: bool = False


def base_folder(checkout: Path = CHECKOUT) -> Path:
    """As a user `.local/`; as root a folder that `nobody`, who runs the engines, can reach from outside /root."""
    if os.geteuid() != 0:
        return checkout / ".local"
    digest = hashlib.sha256(str(checkout.resolve()).encode()).hexdigest()[:12]
    return PERSISTENT_TEMPORARY / f"bidwright-{digest}"


@contextlib.contextmanager
def permanent_home(checkout: Path = CHECKOUT) -> Iterator[Home]:
    """The data of `make run`; refuses while another process holds them."""
    base = _prepared(base_folder(checkout))
    _set_aside_foreign_data(base, checkout)
    with _locked(base / "data.lock") as lock:
        yield Home(folder=base, binaries=base, lock=lock)


@contextlib.contextmanager
def throwaway_home(checkout: Path = CHECKOUT) -> Iterator[Home]:
    """Data for one test run, removed at its end; what killed runs left behind is removed first."""
    base = _prepared(base_folder(checkout))
    with contextlib.ExitStack() as held:
        with alone(base / "throwaway.lock"):
            for old in base.glob("test-*"):
                with contextlib.suppress(EngineError), _locked(old / "data.lock", patience=0):
                    shutil.rmtree(old, ignore_errors=True)
            folder = Path(tempfile.mkdtemp(prefix="test-", dir=base))
            folder.chmod(base.stat().st_mode & 0o777)
            held.callback(shutil.rmtree, folder, ignore_errors=True)
            lock = held.enter_context(_locked(folder / "data.lock"))
        yield Home(folder=folder, binaries=base, lock=lock, throwaway=True)


def remove_everything(checkout: Path = CHECKOUT) -> None:
    """What `make clean` does with data; refuses while `make run` uses them."""
    base = base_folder(checkout)
    if base.exists():
        with _locked(_prepared(base) / "data.lock"):
            shutil.rmtree(base)
    shutil.rmtree(base.with_name(f"{base.name}.old"), ignore_errors=True)
    shutil.rmtree(checkout / ".local", ignore_errors=True)


def _prepared(base: Path) -> Path:
    with contextlib.suppress(FileExistsError):
        base.mkdir()
        base.chmod(0o711 if os.geteuid() == 0 else 0o700)
    status = base.lstat()
    if base.is_symlink() or status.st_uid != os.geteuid():
        raise EngineError(f"{base} belongs to someone else. Remove it, then start again.")
    return base


def _set_aside_foreign_data(base: Path, checkout: Path) -> None:
    """A new clone at the path of a removed one has other keys: it must not read the old one's data."""
    mark = checkout / ".local" / "data-mark"
    mark.parent.mkdir(mode=0o700, exist_ok=True)
    if not mark.exists():
        if (base / "data-mark").exists():
            aside = base.with_name(f"{base.name}.old")
            shutil.rmtree(aside, ignore_errors=True)
            base.rename(aside)
            _prepared(base)
            print(f"An earlier checkout left data at this path; they are now in {aside} and may be removed.")
        mark.write_text(secrets.token_hex(8))
    if base != mark.parent:
        (base / "data-mark").write_text(mark.read_text())


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """One process at a time; the others wait."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _locked(path: Path, *, patience: float = LEFT_BEHIND_SECONDS) -> Iterator[int]:
    """Hold the lock; wait while only engines of a killed run hold it, for they are shutting down."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        deadline = time.monotonic() + patience
        while not _taken(descriptor):
            holder = os.pread(descriptor, 32, 0).decode().strip()
            if _lives(holder) or time.monotonic() >= deadline:
                raise EngineError(
                    f"Process {holder or 'unknown'} already uses the data in {path.parent}. "
                    "Stop it (Ctrl-C there), or work in another clone."
                )
            time.sleep(0.1)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lives(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return not is_zombie(int(pid))


def is_zombie(pid: int) -> bool:
    """Ended, but nobody has asked how: in a container without an init, killed processes stay listed."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state == "Z"
