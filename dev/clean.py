"""`make clean`: remove what `make run` and `make test` made, data included."""

import shutil
import sys

from dev.homes import CHECKOUT, EngineError, remove_everything

CACHES = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", "htmlcov")


def main() -> None:
    try:
        remove_everything()
    except EngineError as error:
        sys.exit(str(error))
    for name in CACHES:
        shutil.rmtree(CHECKOUT / name, ignore_errors=True)
    for pattern in (".env", ".coverage", ".coverage.*"):
        for file in CHECKOUT.glob(pattern):
            file.unlink()


if __name__ == "__main__":
    main()
