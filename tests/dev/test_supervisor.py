"""The supervisor with small programs in place of the product."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dev.homes import CHECKOUT, EngineError, is_zombie
from dev.processes import Program
from dev.supervisor import Supervisor

PATIENCE = 20


def python(name, script, **options):
    return Program(name, [sys.executable, "-u", "-c", script], **options)


def runs(pid):
    return Path(f"/proc/{pid}").exists() and not is_zombie(pid)


def eventually(happens, supervisor=None):
    """Whether it happens in a time that only a hang would exceed."""
    deadline = time.monotonic() + PATIENCE
    while not happens() and time.monotonic() < deadline:
        supervisor.watch(seconds=0.05) if supervisor else time.sleep(0.05)
    return happens()


@pytest.fixture
def supervisor(tmp_path):
    supervisor = Supervisor(logs=tmp_path)
    yield supervisor
    supervisor.stop()


def test_child_that_was_killed_is_started_again_and_the_person_is_told(supervisor, capsys):
    child = supervisor.add(python("clock", "import time; time.sleep(600)"))
    first = child.program.process
    first.kill()

    came_back = eventually(lambda: child.program.process is not first and child.program.is_running, supervisor)

    assert came_back
    assert capsys.readouterr().out == "clock ended (SIGKILL); starting it again in 1 s.\n"


def test_pause_grows_with_each_early_end(supervisor, capsys):
    child = supervisor.add(python("broken", "raise SystemExit(3)"))

    eventually(lambda: child.early_ends == 3, supervisor)

    assert capsys.readouterr().out.splitlines() == [
        f"broken ended (exit code 3); starting it again in {pause} s." for pause in (1, 2, 4)
    ]


def test_workers_of_a_killed_parent_are_swept_before_the_new_start(supervisor, tmp_path):
    script = f"""
import os, subprocess, sys, time
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open({os.fspath(tmp_path / "workers")!r}, "a").write(f"{{worker.pid}}\\n")
time.sleep(600)
"""
    child = supervisor.add(python("parent", script))
    workers = tmp_path / "workers"
    eventually(lambda: workers.exists() and workers.read_text().endswith("\n"), supervisor)
    old = int(workers.read_text())
    child.program.process.kill()

    eventually(lambda: len(workers.read_text().split()) == 2, supervisor)

    assert not runs(old)


def test_console_shows_warnings_by_name_and_the_log_has_everything(supervisor, capsys, tmp_path):
    lines = [
        "[INFO] Starting",
        '{"level": "info", "message": "fine"}',
        '{"level": "error", "message": "it broke"}',
        "plain words",
    ]
    child = supervisor.add(python("web", f"print(*{lines!r}, sep='\\n'); import time; time.sleep(600)"))

    eventually(lambda: child.log.exists() and "plain words" in child.log.read_text(), supervisor)

    assert (tmp_path / "web.log").read_text().splitlines() == lines
    assert capsys.readouterr().out.splitlines() == ["web     | error: it broke", "web     | plain words"]


def test_log_of_the_run_before_is_kept(supervisor, tmp_path):
    (tmp_path / "web.log").write_text("yesterday")

    supervisor.add(python("web", "import time; time.sleep(600)"))

    assert (tmp_path / "web.old").read_text() == "yesterday"


def test_step_of_the_preparation_speaks_to_the_person(supervisor, capsys):
    supervisor.run_once(python("prepare", "print('Applying migrations…')"))

    assert capsys.readouterr().out == "Applying migrations…\n"


def test_failed_step_ends_the_start_and_names_its_log(supervisor, tmp_path):
    with pytest.raises(EngineError, match=f"The step above failed. Its whole output is in {tmp_path}/prepare.log"):
        supervisor.run_once(python("prepare", "raise SystemExit('no such table')"))


def test_child_that_only_dies_ends_the_start_with_the_end_of_its_log(supervisor):
    child = supervisor.add(python("web", "raise SystemExit('SECRET_KEY is missing')"))

    with pytest.raises(EngineError, match=r"web does not start(.|\n)*SECRET_KEY is missing"):
        supervisor.wait_for(child, lambda: False)


def test_child_that_does_not_listen_is_killed_in_the_end():
    program = python(
        "deaf", "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    )
    program.start()
    program.process.stdout.readline()

    program.ask_to_stop()
    program.finish(deadline=time.monotonic() + 0.2)

    assert program.process.returncode == -signal.SIGKILL


def test_first_child_ends_when_those_who_talk_to_it_have_ended(tmp_path):
    supervisor, ended = Supervisor(logs=tmp_path), tmp_path / "ended"
    script = """
import signal, sys, time
def end(*_signal):
    time.sleep({seconds})
    open({ended!r}, "a").write("{name} ")
    sys.exit()
signal.signal(signal.SIGTERM, end)
print("[INFO] up")
time.sleep(600)
"""
    for name, seconds in (("sandbox", 0), ("worker", 0.5)):
        child = supervisor.add(python(name, script.format(name=name, seconds=seconds, ended=os.fspath(ended))))
        eventually(lambda log=child.log: log.exists() and "up" in log.read_text(), supervisor)

    supervisor.stop()

    assert ended.read_text() == "worker sandbox "


def test_children_die_with_a_killed_supervisor(tmp_path):
    script = """
import sys
from pathlib import Path
from dev.processes import Program
from dev.supervisor import Supervisor
supervisor = Supervisor(logs=Path(sys.argv[1]))
child = supervisor.add(Program("clock", [sys.executable, "-c", "import time; time.sleep(600)"]))
print(child.program.process.pid, flush=True)
while True:
    supervisor.watch()
"""
    with subprocess.Popen(
        [sys.executable, "-c", script, tmp_path], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    ) as process:
        pid = int(process.stdout.readline())
        process.kill()

    assert eventually(lambda: not runs(pid))
