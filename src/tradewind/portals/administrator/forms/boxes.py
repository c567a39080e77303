"""Boxes that several forms have."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

LOCAL_MINUTES = "%Y-%m-%dT%H:%M"


def local_time() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL_MINUTES)


def day_box() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def reason() -> forms.CharField:
    """Why something is changed; kept with the change for whoever looks back."""
    return forms.CharField(max_length=240, label=_("Why"), help_text=_("Kept with your name, for whoever looks back."))
