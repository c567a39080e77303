"""Which date, or which time, is looked back at."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tradewind.portals.administrator.forms.boxes import day_box

WINDOW = dt.timedelta(days=30)


def end_of(day: dt.date) -> dt.datetime:
    """Where the next day begins in the time zone of the installation."""
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))


class OnDate(forms.Form):
    on = forms.DateField(required=False, label=_("At the end of"), widget=day_box())

    def __init__(self, query: QueryDict, *, now: dt.datetime) -> None:
        super().__init__(query or None, initial={"on": timezone.localdate(now)}, auto_id="review-%s")
        self.now = now
        self.full_clean()

    @property
    def moment(self) -> dt.datetime:
        """The end of the day that was asked for, and never later than now."""
        on = getattr(self, "cleaned_data", {}).get("on")
        return min(self.now, end_of(on)) if on else self.now


class Between(forms.Form):
    since = forms.DateField(required=False, label=_("From"), widget=day_box())
    until = forms.DateField(required=False, label=_("Until"), widget=day_box())

    def __init__(self, query: QueryDict, *, now: dt.datetime) -> None:
        today = timezone.localdate(now)
        super().__init__(query or None, initial={"since": today - WINDOW, "until": today}, auto_id="changes-%s")
        self.today = today
        self.full_clean()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("This is before the beginning."))
        return cleaned

    @property
    def days(self) -> tuple[dt.datetime, dt.datetime]:
        """From the beginning of the one day to the end of the other; thirty days where nothing sensible is asked."""
        asked = getattr(self, "cleaned_data", {}) if self.is_valid() else {}
        until = asked.get("until") or self.today
        since = asked.get("since") or until - WINDOW
        return end_of(since - dt.timedelta(days=1)), end_of(until)
