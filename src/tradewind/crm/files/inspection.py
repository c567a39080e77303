"""What a file is by its content, and whether it is one that we keep. Pure."""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import Final

from django.utils.translation import gettext
from PIL import Image

MOST_BYTES: Final = 10 * 1024 * 1024
LONGEST_NAME: Final = 120
PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg"), PNG: (".png",)}
"""How the names of each kind may end."""
UNSEEN: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Signs that do not show, or turn the direction of reading round."""


class FileRefused(ValueError):  # noqa: N818  (a refusal, not an error)
    """The file is not kept; the text says why."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that may be kept."""

    name: str
    kind: str


def inspect(content: bytes, name: str) -> Inspected:
    """The kind of a file that may be kept, and the name it is kept under.

    Raises:
        FileRefused: empty, too large, of a kind that we do not keep, or named like another kind.
    """
    called = _named(name)
    if not content:
        raise FileRefused(gettext("The file is empty."))
    if len(content) > MOST_BYTES:
        raise FileRefused(gettext("The file is larger than 10 MB."))
    kind = _kind(content)
    if kind is None:
        raise FileRefused(gettext("The file is no PDF, JPEG or PNG, or it is damaged."))
    if not called.lower().endswith(ENDINGS[kind]):
        raise FileRefused(
            gettext("The name must end with %(ending)s, as the content is.") % {"ending": " / ".join(ENDINGS[kind])}
        )
    return Inspected(called, kind)


def _named(name: str) -> str:
    """The last part of the name, without signs that mislead.

    >>> _named("C:\\\\scans\\\\contract.pdf"), _named("../../contract.pdf")
    ('contract.pdf', 'contract.pdf')
    """
    last = unicodedata.normalize("NFC", PurePosixPath(name.replace("\\", "/")).name).strip()
    if any(unicodedata.category(sign) in UNSEEN for sign in last):
        raise FileRefused(gettext("The name has signs that do not show. Rename the file."))
    if len(last) > LONGEST_NAME:
        raise FileRefused(gettext("The name is longer than %(most)s signs.") % {"most": LONGEST_NAME})
    return last


def _kind(content: bytes) -> str | None:
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:]:
        return PDF
    return next((kind for kind, form in ((PNG, "PNG"), (JPEG, "JPEG")) if _is_image(content, form)), None)


def _is_image(content: bytes, form: str) -> bool:
    try:
        with warnings.catch_warnings(action="error"), Image.open(BytesIO(content), formats=[form]) as image:
            image.verify()
    except (OSError, SyntaxError, ValueError, Warning, Image.DecompressionBombError):
        return False
    return True
