"""The publish gate's form. People think of the margin in customers out of a hundred, the engine in shares."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tradewind.crm.decisions.models import Gate


class GateForm(forms.Form):
    mode = forms.ChoiceField(label=_("What the gate does"), choices=Gate.Mode.choices, widget=forms.RadioSelect)
    points = forms.DecimalField(
        label=_("Margin: customers out of 100"),
        min_value=0,
        max_value=20,
        decimal_places=1,
        help_text=_(
            "So many fewer may accept, and the draft still counts as not worse. "
            "Choose it before you look: with 0 hardly any draft is ever found not to be worse."
        ),
    )

    @property
    def margin(self) -> float:
        return float(self.cleaned_data["points"]) / 100.0

    @staticmethod
    def as_typed(gate: Gate) -> dict[str, Any]:
        return {"mode": gate.mode, "points": round(gate.margin * 100, 1)}
