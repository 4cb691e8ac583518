"""Run the benchmarks one after another and say on what machine."""

import importlib
import os
import platform
import sys
from typing import Final

MODULES: Final = ("ingest", "feed", "rows", "weight", "latency")


def main() -> int:
    wanted = os.environ.get("ONLY", "").split() or list(MODULES)
    if unknown := set(wanted) - set(MODULES):
        print(f"There is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(MODULES)}.")
        return 2
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}\n")
    for name in wanted:
        print(f"## {name}\n", flush=True)
        importlib.import_module(f"bench.{name}").main()
        print(flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
