"""Files that are brought in and taken away: the field of a form, and the answer with the bytes."""

from __future__ import annotations

import logging
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.utils.translation import gettext_lazy as _

from tradewind.crm.files.inspection import ENDINGS, MOST_BYTES, FileRefused, inspect
from tradewind.crm.files.models import StoredFile

log = logging.getLogger("tradewind.files")

ACCEPT: Final = ",".join(ending for endings in ENDINGS.values() for ending in endings)


class DocumentField(forms.FileField):
    """One PDF, JPEG or PNG, looked at by its content before anything is kept."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("File"))
        options.setdefault("help_text", _("PDF, JPEG or PNG, up to 10 MB"))
        super().__init__(widget=forms.FileInput(attrs={"accept": ACCEPT}), **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        uploaded = super().clean(data, initial)
        if uploaded:
            try:
                inspect(uploaded.read(MOST_BYTES + 1), uploaded.name or "")
            except FileRefused as refused:
                raise ValidationError(str(refused)) from refused
        return uploaded


def hand_out(file: StoredFile) -> FileResponse:
    """The bytes, to be saved and never shown in the page's own origin; the caller has looked the right up."""
    try:
        content = file.content.open("rb")
    except FileNotFoundError as lost:
        log.error("the bytes of file %s are lost", file.uuid)
        raise Http404 from lost
    response = FileResponse(content, as_attachment=True, filename=file.name, content_type=file.kind)
    response["Cache-Control"] = "private, no-store"
    return response
