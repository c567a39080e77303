"""Write the chart library, as vl-convert carries it, into a git-ignored static folder.

The page loads one classic script, `charts.js`, that puts `vegaEmbed` on `window`.
"""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

import vl_convert

SNIPPET = "window.vegaEmbed = vegaEmbed;"


def main(folder: str) -> None:
    target = Path(folder) / "charts.js"
    stamp = target.with_suffix(".version")
    version = version_of("vl-convert-python")
    if target.exists() and stamp.exists() and stamp.read_text() == version:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(vl_convert.javascript_bundle(SNIPPET), encoding="utf-8")
    stamp.write_text(version)


if __name__ == "__main__":
    main(sys.argv[1])
