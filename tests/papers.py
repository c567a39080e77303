"""Files as people bring them in."""

from functools import cache
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


@cache
def a_picture(form: str, size: tuple[int, int] = (8, 8)) -> bytes:
    """A small file of this form; a PDF says when it was made, so it is made once."""
    held = BytesIO()
    Image.new("RGB", size, "white").save(held, form)
    return held.getvalue()


def a_pdf(name: str = "contract.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_picture("PDF"), "application/pdf")
