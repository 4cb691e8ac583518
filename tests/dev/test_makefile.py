"""`make install` with stand-ins for the installers."""

import os
import shutil
import subprocess
import sys

import pytest

from dev.homes import CHECKOUT


@pytest.mark.parametrize("uv_works", (True, False))
def test_pip_goes_on_where_uv_fails_and_one_line_says_so(tmp_path, uv_works):
    shutil.copy(CHECKOUT / "Makefile", tmp_path)
    for name in ("requirements-dev.txt", "dev/uv.txt", ".venv/bin/python", ".venv/bin/uv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("#!/bin/sh\necho $0 $* >> called\n")
        (tmp_path / name).chmod(0o755)
    if not uv_works:
        (tmp_path / ".venv/bin/uv").write_text("#!/bin/sh\necho invalid peer certificate >&2\nexit 2\n")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}

    made = subprocess.run(
        ["make", f"PYTHON={sys.executable}", "install"],
        cwd=tmp_path, env=clean, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True,
    )  # fmt: skip

    said = ["Installing packages…"] if uv_works else ["Installing packages…", "Trying pip, which takes longer…"]
    assert made.stdout.splitlines() == said
    assert ("pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt" in
            (tmp_path / "called").read_text()) is not uv_works  # fmt: skip
    assert (tmp_path / ".venv/installed").exists()
