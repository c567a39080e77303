"""A placement's form: how offers compete for it. Its name and channel stay for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from tradewind.crm.toolkit.models import Placement

if TYPE_CHECKING:
    PlacementModelForm = forms.ModelForm[Placement]
else:
    PlacementModelForm = forms.ModelForm


class PlacementForm(PlacementModelForm):
    class Meta:
        model = Placement
        fields = ("label", "label_ro", "limit", "ranked_by", "exploration", "floor", "introduction", "control_percent")
        widgets: ClassVar[dict[str, Any]] = {"ranked_by": forms.RadioSelect}

    def changed(self) -> dict[str, list[Any]]:
        """What each field that was changed was before, and is now."""
        return {name: [self.initial[name], self.cleaned_data[name]] for name in self.changed_data}
