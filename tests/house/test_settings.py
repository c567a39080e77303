"""The reference names every variable that the code reads, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
VARIABLE = re.compile(r"""["'](TRADEWIND_[A-Z_]+|DATABASE_URL|(?:ENGINE_)?PORT)["']""")


def test_every_variable_is_in_the_reference() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py")]
    read = {name for source in sources for name in VARIABLE.findall(source)}
    told = set(
        re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8"), re.M)
    )
    assert read == told
