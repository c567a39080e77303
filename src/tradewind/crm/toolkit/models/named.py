"""What every list that people edit has: a code, a name in both languages and a place."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def in_active_language(english: str, romanian: str) -> str:
    """The Romanian text where the reader reads Romanian and there is one, else the English text."""
    reads_romanian = (get_language() or "en").startswith("ro")
    return romanian if reads_romanian and romanian else english


class Named(models.Model):
    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_ro = models.CharField(_("name in Romanian"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["position", "code"]

    def __str__(self) -> str:
        return in_active_language(self.name, self.name_ro)
