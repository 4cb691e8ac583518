"""Join htmx, its socket extension and our own script into `static/dist/bidwright.js`, the one script of every page.

As separate deferred files htmx may start before its extension has run; then no socket opens and nothing says so.
Comments are left out of our part; `tests/pages/test_assets.py` fails when the joined file is not current.
"""

import re
from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).parent.parent / "static"
JOINED: Final = STATIC / "dist/bidwright.js"
VENDOR: Final = ("htmx.min.js", "hx-ws.min.js")
OWN: Final = ("page.js", "live.js", "toasts.js", "keys.js", "forms.js", "stream.js")


def joined() -> str:
    vendor = [re.sub(r"//# sourceMappingURL=.*", "", (STATIC / "vendor" / name).read_text()).strip() for name in VENDOR]
    own = "\n".join(_without_comments((STATIC / "js" / name).read_text()) for name in OWN)
    return "\n".join((*vendor, f'(() => {{\n"use strict";\n{own}\n}})();\n'))


def _without_comments(source: str) -> str:
    lines = (line.strip() for line in source.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


if __name__ == "__main__":
    JOINED.write_text(joined())
