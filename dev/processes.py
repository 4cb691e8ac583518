"""Start a program so that it dies with us, and stop it so that nothing of it stays behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

NOBODY: Final = 65534
GENTLE_SECONDS: Final = 8.0
_PR_SET_PDEATHSIG: Final = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(slots=True)
class Program:
    """One child process in a session of its own; `start` may be called again after it has ended."""

    name: str
    command: Sequence[str | Path]
    log: Path | None = None  # None: the output is read from `process.stdout`
    environment: Mapping[str, str] | None = None
    folder: Path | None = None
    uid: int | None = None
    standard_input: str | None = None
    keep_open: tuple[int, ...] = ()
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGTERM  # what Linux sends it when we are killed
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        output: IO[bytes] | int = self.log.open("ab") if self.log else subprocess.PIPE
        try:
            self.process = subprocess.Popen(
                [str(part) for part in self.command],
                stdin=subprocess.DEVNULL if self.standard_input is None else subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environment,
                cwd=self.folder,
                start_new_session=True,  # Ctrl-C in the terminal is ours to pass on, not theirs to catch
                pass_fds=self.keep_open,
                # runs after the rights were dropped; dropping them later would clear the wish
                preexec_fn=_die_with(os.getpid(), self.death_signal),  # noqa: PLW1509 nothing else runs in our threads yet
                user=self.uid,
                group=self.uid,
                extra_groups=None if self.uid is None else [],
            )
        finally:
            if not isinstance(output, int):
                output.close()
        if self.standard_input is not None and self.process.stdin:
            with self.process.stdin as pipe:
                pipe.write(self.standard_input.encode())

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def finish(self, *, deadline: float) -> None:
        """Wait until `deadline` (monotonic), then kill; whatever the program left in its group goes too."""
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.sweep()
        self.process.wait()

    def sweep(self) -> None:
        """Kill what is left of the program's process group (workers whose parent was killed)."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return


def stop_all(programs: Sequence[Program], *, seconds: float = GENTLE_SECONDS) -> None:
    """Ask all at once, then wait for each: stopping takes as long as the slowest, not as all together."""
    for program in programs:
        program.ask_to_stop()
    deadline = time.monotonic() + seconds
    for program in programs:
        program.finish(deadline=deadline)


def end_with_parent(death_signal: signal.Signals) -> None:
    """Have Linux send us this signal when the process that started us ends, however it ends."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal))


def _die_with(parent: int, death_signal: signal.Signals) -> Callable[[], None]:
    def before_exec() -> None:
        end_with_parent(death_signal)
        if os.getppid() != parent:  # it died before the wish was in force
            os._exit(1)

    return before_exec
