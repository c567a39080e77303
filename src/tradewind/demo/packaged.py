"""Data that ships inside an installed package, found without importing the package.

The packages are taken for their data alone and installed without what their code needs, so an import would fail.
"""

import csv
import gzip
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path


def find(package: str, path: str) -> Path | None:
    """The file at `path` inside the installed `package`, or None where either is absent."""
    try:
        found = Path(str(metadata.distribution(package).locate_file(path)))
    except metadata.PackageNotFoundError:
        return None
    return found if found.is_file() else None


def rows(path: Path) -> Iterator[list[str]]:
    """The rows of a gzipped CSV file, the header first."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.reader(lines)
