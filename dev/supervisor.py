"""Start children, pass their output on, start again what ended. One thread: a selector waits for all pipes."""

import json
import os
import re
import selectors
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from dev.engines import Engine, tail
from dev.homes import EngineError
from dev.processes import Program, stop_all

LONGEST_PAUSE: Final = 30.0
STEADY_SECONDS: Final = 60.0
READY_SECONDS: Final = 120.0
HOPELESS: Final = 4
QUIET: Final = re.compile(r"\[(INFO|DEBUG)\]|\"level\": \"(info|debug)\"|Warm shutdown|^\s*$")


def say(line: str) -> None:
    print(line, flush=True)


@dataclass(slots=True, eq=False)
class Child:
    """One process of the product, its output, and how it fared."""

    program: Program
    log: Path
    is_loud: bool = False  # all its lines are for the person, not only warnings
    unfinished_line: bytes = b""
    started: float = 0.0
    early_ends: int = 0
    again_at: float | None = None


@dataclass(slots=True)
class Supervisor:
    logs: Path
    engines: list[Engine] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    def add(self, program: Program, *, is_loud: bool = False) -> Child:
        """Start the program and keep it running."""
        child = Child(program, self.logs / f"{program.name}.log", is_loud)
        if child.log.exists():
            child.log.rename(child.log.with_suffix(".old"))
        self.children.append(child)
        self._start(child)
        return child

    def run_once(self, program: Program) -> None:
        """A step of the preparation: its words are for the person, its failure ends the start."""
        child = self.add(program, is_loud=True)
        self.children.remove(child)
        try:
            while program.is_running:
                self.watch(seconds=0.2)
        finally:
            stop_all([program])
            self._drain(child)
        if program.process and program.process.returncode:
            raise EngineError(f"The step above failed. Its whole output is in {child.log}.")

    def watch(self, *, seconds: float = 1.0) -> None:
        """Pass on what was written, then look after what ended."""
        for key, _ in self.selector.select(timeout=seconds):
            self._read(*key.data)
        for engine in self.engines:
            if not engine.program.is_running:
                say(f"{engine.name} ended; starting it again.")
                engine.restart()
        for child in self.children:
            if not child.program.is_running:
                self._look_after(child)

    def wait_for(self, child: Child, is_ready: Callable[[], bool]) -> None:
        """A child that only dies, or never answers, ends the start with the end of its log."""
        deadline = time.monotonic() + READY_SECONDS
        while not is_ready():
            if time.monotonic() >= deadline or child.early_ends >= HOPELESS:
                raise EngineError(f"{child.program.name} does not start. The end of {child.log}:\n{tail(child.log)}")
            self.watch(seconds=0.1)

    def stop(self) -> None:
        """The first, which the others talk to, ends after them: it waits for its open connections."""
        programs = [child.program for child in self.children]
        stop_all(programs[1:])
        stop_all(programs[:1])
        for child in self.children:
            self._drain(child)

    def _start(self, child: Child) -> None:
        child.program.start()
        child.started, child.again_at = time.monotonic(), None
        if child.program.process and (pipe := child.program.process.stdout):
            os.set_blocking(pipe.fileno(), False)
            self.selector.register(pipe, selectors.EVENT_READ, (child, pipe))

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.again_at is None:
            child.program.sweep()  # workers of a killed parent would keep the port
            child.early_ends = 0 if now - child.started > STEADY_SECONDS else child.early_ends
            pause = min(2.0**child.early_ends, LONGEST_PAUSE)
            child.early_ends += 1
            child.again_at = now + pause
            say(f"{child.program.name} ended ({_ending(child.program)}); starting it again in {pause:.0f} s.")
        elif now >= child.again_at:
            self._start(child)

    def _drain(self, child: Child) -> None:
        """What a child that has ended wrote last."""
        for owner, pipe in [key.data for key in self.selector.get_map().values()]:
            if owner is child:
                self._read(child, pipe)

    def _read(self, child: Child, pipe: IO[bytes]) -> None:
        data = pipe.read()
        if data == b"":  # the end; None would mean that nothing is there yet
            self.selector.unregister(pipe)
            pipe.close()
        *lines, child.unfinished_line = (child.unfinished_line + (data or b"")).split(b"\n")
        with child.log.open("ab") as log:
            log.writelines(line + b"\n" for line in lines)
        for text in (line.decode(errors="replace") for line in lines):
            if child.is_loud:
                say(text)
            elif not QUIET.search(text):
                say(f"{child.program.name:<8}| {_readable(text)}")


def _readable(line: str) -> str:
    """Our processes log JSON for machines; a person at a terminal wants the sentence."""
    try:
        record = json.loads(line)
        return f"{record['level']}: {record['message']}" + (f"\n{record['error']}" if "error" in record else "")
    except (ValueError, KeyError, TypeError):
        return line


def _ending(program: Program) -> str:
    code = program.process.returncode if program.process else None
    return signal.Signals(-code).name if code is not None and code < 0 else f"exit code {code}"
