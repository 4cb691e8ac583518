"""`manage.py` in the environment of the running demo: `python -m dev.manage demo_code`."""

import os
import sys

from dev.environment import RUNNING, read_env_file
from dev.homes import CHECKOUT, LOCAL


def main() -> None:
    running = LOCAL / RUNNING
    if not running.exists():
        sys.exit("Nothing runs here. Start it with `make run` in another terminal, then repeat this.")
    os.environ |= read_env_file(running)
    os.execv(sys.executable, [sys.executable, str(CHECKOUT / "manage.py"), *sys.argv[1:]])  # noqa: S606 no shell wanted


if __name__ == "__main__":
    main()
