"""Cut `static/img/icons.svg` from the icons of lucide-static: only those the pages use, as one cached sprite.

npm pack lucide-static@1.62.0 && tar xzf lucide-static-1.62.0.tgz
python dev/make_icons.py package/icons
"""

import re
import sys
from pathlib import Path
from typing import Final

SPRITE: Final = Path(__file__).parent.parent / "static/img/icons.svg"
NAMES: Final = """
    archive arrow-left arrow-right arrow-up-right badge-check bell bookmark check 
    chevron-right circle circle-alert circle-check circle-help circle-x clock coins copy download ellipsis
    external-link eye eye-off filter fingerprint flag flask-conical globe history image inbox info key-round
    keyboard laptop life-buoy lightbulb link list list-checks loader-circle lock log-out mail map-pin message-square
    moon pen-line play plug plus radio-tower refresh-cw rotate-ccw save search send settings shield-check sliders-horizontal
    smartphone sparkles square square-kanban star sun terminal thumbs-down trash-2 trending-up triangle-alert
    undo-2 user user-check users wifi-off x zap
""".split()


def symbol(source: str, name: str) -> str:
    """The drawing of one icon file, without its attributes: `.i` in app.css strokes it."""
    drawing = re.sub(r"<!--.*?-->|</?svg[^>]*>", "", source, flags=re.DOTALL)
    return f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(line.strip() for line in drawing.splitlines())}</symbol>'


def main(folder: Path) -> None:
    symbols = "\n".join(symbol((folder / f"{name}.svg").read_text(), name) for name in sorted(NAMES))
    SPRITE.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n')


if __name__ == "__main__":
    main(Path(sys.argv[1]))
