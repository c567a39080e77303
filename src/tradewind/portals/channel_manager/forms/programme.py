"""What is agreed with a partner: certificates, product families, contracts, goals."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import scope
from tradewind.crm.catalog.models import Product
from tradewind.crm.channel.measures import base_currency
from tradewind.crm.channel.models import Certification, Contract, Goal, Partner
from tradewind.crm.channel.rules import MONEY
from tradewind.crm.identity.models import User
from tradewind.portals.channel_manager.forms.partners import offer
from tradewind.portals.ui.uploads import DocumentField

if TYPE_CHECKING:
    ContractModelForm = forms.ModelForm[Contract]
    GoalModelForm = forms.ModelForm[Goal]
    CertificationChoice = forms.ModelChoiceField[Certification]
    UserChoice = forms.ModelChoiceField[User]
else:
    ContractModelForm = GoalModelForm = forms.ModelForm
    CertificationChoice = UserChoice = forms.ModelChoiceField


def day_box() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CertificateForm(forms.Form):
    certification = CertificationChoice(None, empty_label=None, label=_("Certification"))
    person = UserChoice(
        None, required=False, empty_label=_("The company"), label=_("For whom"), help_text=_("As its kind says.")
    )

    def __init__(self, *given: Any, user: User, partner: Partner) -> None:
        super().__init__(*given)
        offer(self, "certification", scope(user, Certification))
        members = partner.organisation.memberships.current().values("user")
        offer(self, "person", scope(user, User).filter(pk__in=members))


class GrantForm(forms.Form):
    starts_date = forms.DateField(label=_("Valid from"), widget=day_box())


class AuthorisationForm(forms.Form):
    family = forms.ChoiceField(label=_("Product family"))

    def __init__(self, *given: Any, user: User, held: Iterable[str]) -> None:
        super().__init__(*given)
        families = scope(user, Product).order_by("family").values_list("family", flat=True).distinct()
        choices = [(name, name) for name in families if name not in set(held)]
        field = self.fields["family"]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


class ContractForm(ContractModelForm):
    class Meta:
        model = Contract
        fields = ("number", "title", "signed_date", "starts_date", "ends_date", "notice_days")
        widgets: ClassVar[dict[str, Any]] = {
            "signed_date": day_box(),
            "starts_date": day_box(),
            "ends_date": day_box(),
        }

    def _get_validation_exclusions(self) -> set[str]:
        return set(super()._get_validation_exclusions()) - {"partner"}  # type: ignore[misc]  # for its constraints


class PaperForm(forms.Form):
    """The next version of what was signed."""

    file = DocumentField()
    note = forms.CharField(max_length=200, required=False, label=_("What is new"))


class GoalForm(GoalModelForm):
    target = forms.DecimalField(
        label=_("Target"),
        min_value=Decimal("0.01"),
        max_digits=14,
        decimal_places=2,
    )

    class Meta:
        model = Goal
        fields = ("measure", "since_date", "until_date", "target")
        widgets: ClassVar[dict[str, Any]] = {"since_date": day_box(), "until_date": day_box()}

    def __init__(self, *given: Any, **how: Any) -> None:
        super().__init__(*given, **how)
        said = _("A whole number; money in %(currency)s.")
        self.fields["target"].help_text = said % {"currency": base_currency()}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        target, measure = cleaned.get("target"), cleaned.get("measure")
        if target is not None and measure:
            minor = target * 100 if measure in MONEY else target
            if minor != int(minor):
                self.add_error("target", _("Write a whole number."))
            cleaned["target"] = int(minor)
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        return set(super()._get_validation_exclusions()) - {"partner"}  # type: ignore[misc]  # for its constraints
