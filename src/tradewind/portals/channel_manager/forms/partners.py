"""What the channel manager fills in, and what narrows the list of partners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.db.models import F, OrderBy, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import ActionGroup, scope
from tradewind.crm.channel.models import Partner, PartnerType, Programme, Status
from tradewind.crm.channel.models.partner import PartnerQuerySet
from tradewind.crm.channel.vat import VatIdRefused, read_vat_id
from tradewind.crm.identity.models import Language, Role, User
from tradewind.crm.parties.models import Organisation
from tradewind.portals.channel_manager.rights import MANAGERS

if TYPE_CHECKING:
    PartnerModelForm = forms.ModelForm[Partner]
    TypeChoice = forms.ModelChoiceField[PartnerType]
    ProgrammeChoice = forms.ModelChoiceField[Programme]
    UserChoice = forms.ModelChoiceField[User]
    PartnerChoice = forms.ModelChoiceField[Partner]
else:
    PartnerModelForm = forms.ModelForm
    TypeChoice = ProgrammeChoice = UserChoice = PartnerChoice = forms.ModelChoiceField

NOTHING: Final = "–"
SORTS: Final[dict[str, str]] = {
    "name": "organisation__name_key",
    "status": "status_now",
    "since": "status_since",
    "type": "type__name",
    "city": "organisation__city",
    "manager": "looked_after_by__name",
}


def channel_managers(user: User) -> QuerySet[User]:
    """Whom a partner may be looked after by."""
    holders = scope(user, User).filter(
        is_active=True, role_assignments__role__in=MANAGERS, role_assignments__ended_at=None
    )
    return holders.distinct()


class PartnerFilters(forms.Form):
    """A bound form over the query string; what makes no sense there narrows nothing."""

    q = forms.CharField(required=False, max_length=120, label=_("Name, VAT id or town"), widget=forms.SearchInput)
    status = forms.ChoiceField(required=False, label=_("Status"), choices=[("", _("Any")), *Status.choices])
    type = TypeChoice(None, required=False, to_field_name="code", empty_label=_("Any"), label=_("Type"))
    programme = ProgrammeChoice(None, required=False, to_field_name="code", empty_label=_("Any"), label=_("Programme"))
    manager = UserChoice(None, required=False, empty_label=_("Anybody"), label=_("Looked after by"))
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, query: QueryDict, *, user: User, action: ActionGroup = ActionGroup.READ) -> None:
        super().__init__(query, auto_id="filter-%s")
        self.user, self.action = user, action
        offer(self, "type", scope(user, PartnerType))
        offer(self, "programme", scope(user, Programme))
        offer(self, "manager", channel_managers(user))
        self.full_clean()

    @property
    def narrows(self) -> bool:
        return any(value for name, value in self.cleaned_data.items() if name != "sort")

    def partners(self) -> QuerySet[Partner]:
        """The partners with which this person may do the action, that fit, in the order asked for."""
        wanted = self.cleaned_data
        rows: PartnerQuerySet = scope(self.user, Partner.objects.with_status(), self.action)
        if wanted.get("q"):
            rows = rows.search(wanted["q"])
        if wanted.get("status"):
            rows = rows.in_status(wanted["status"])
        for name, column in (("type", "type"), ("programme", "programme"), ("manager", "looked_after_by")):
            if wanted.get(name):
                rows = rows.filter(**{column: wanted[name]})
        return rows.order_by(self._order(), "pk")

    def _order(self) -> OrderBy:
        asked: str = self.cleaned_data.get("sort") or "name"
        field = F(SORTS.get(asked.removeprefix("-"), SORTS["name"]))
        return field.desc(nulls_last=True) if asked.startswith("-") else field.asc(nulls_last=True)


class PartnerForm(PartnerModelForm):
    """A partner with the organisation behind it, on one page."""

    name = forms.CharField(max_length=160, label=_("Company"))
    city = forms.CharField(max_length=80, required=False, label=_("City"))
    postcode = forms.CharField(max_length=12, required=False, label=_("Postcode"))
    vat_id = forms.CharField(
        max_length=24,
        required=False,
        label=_("VAT id or CUI"),
        help_text=_("Form and check digit are checked. May stay empty until the company is approved."),
    )
    website = forms.URLField(required=False, label=_("Website"), assume_scheme="https")

    class Meta:
        model = Partner
        fields = ("vat_id", "website", "phone", "email_domain", "type", "programme", "looked_after_by")

    def __init__(self, *given: Any, user: User, **how: Any) -> None:
        super().__init__(*given, **how)
        offer(self, "type", scope(user, PartnerType))
        offer(self, "programme", scope(user, Programme))
        offer(self, "looked_after_by", channel_managers(user))
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = NOTHING
        if self.instance.pk:
            for name in ("name", "city", "postcode"):
                self.fields[name].initial = getattr(self.instance.organisation, name)
        self.order_fields(["name", "vat_id", "city", "postcode"])

    def clean_vat_id(self) -> str:
        return checked_vat_id(self.cleaned_data["vat_id"])

    def _post_clean(self) -> None:
        """Names are compared by what the organisation will be called."""
        organisation = self.instance.organisation if self.instance.pk else Organisation()
        for name in ("name", "city", "postcode"):
            setattr(organisation, name, self.cleaned_data.get(name, ""))
        self.instance.organisation = organisation
        super()._post_clean()  # type: ignore[misc]  # how Django's own forms are extended

    def changed_labels(self) -> Sequence[str]:
        return [str(self.fields[name].label) for name in self.changed_data]


def checked_vat_id(text: str) -> str:
    """The number in one form, or a fault at the field."""
    if not text.strip():
        return ""
    try:
        return read_vat_id(text)
    except VatIdRefused as refused:
        raise forms.ValidationError(str(refused)) from refused


class PersonForm(forms.Form):
    """Whom to bring in."""

    name = forms.CharField(max_length=120, label=_("Name"))
    email = forms.EmailField(max_length=254, label=_("E-mail address"))
    role = forms.ChoiceField(
        choices=[(role.value, role.label) for role in (Role.PARTNER_MANAGER, Role.PARTNER_EMPLOYEE)], label=_("Role")
    )
    language = forms.ChoiceField(choices=Language.choices, label=_("Language"))


class FirstManagerForm(PersonForm):
    """The first one is a manager."""

    role = None  # type: ignore[assignment]  # how a form drops a field


class WhyForm(forms.Form):
    """A reason, for what needs one."""

    why = forms.CharField(max_length=400, label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}))


class ApprovalForm(forms.Form):
    """Make a new partner, or go on with one that is being recruited."""

    into = PartnerChoice(
        None,
        required=False,
        to_field_name="uuid",
        empty_label=_("A new partner"),
        label=_("Becomes"),
        help_text=_("Choose a partner that is being recruited where this is the same company."),
    )
    why = forms.CharField(max_length=400, required=False, label=_("A word for the record"))

    def __init__(self, *given: Any, user: User, proposed: Partner | None = None) -> None:
        super().__init__(*given)
        self.initial["into"] = proposed.uuid if proposed else None
        recruited = Partner.objects.in_status(Status.RECRUITED).select_related("organisation")
        offer(self, "into", scope(user, recruited, ActionGroup.WRITE).order_by("organisation__name_key", "pk"))


class OwnerForm(forms.Form):
    owner = UserChoice(None, empty_label=None, label=_("Who decides"))

    def __init__(self, *given: Any, user: User) -> None:
        super().__init__(*given)
        offer(self, "owner", channel_managers(user))


class RegistrationFilters(forms.Form):
    """Which registrations to list."""

    q = forms.CharField(required=False, max_length=120, label=_("Company or VAT id"), widget=forms.SearchInput)
    state = forms.ChoiceField(
        required=False,
        label=_("State"),
        choices=[("", _("Any")), ("waiting", _("To decide")), ("approved", _("Approved")), ("rejected", _("Rejected"))],
    )
    owner = UserChoice(None, required=False, empty_label=_("Anybody"), label=_("Who decides"))

    def __init__(self, query: QueryDict, *, user: User) -> None:
        super().__init__(query, auto_id="filter-%s")
        offer(self, "owner", channel_managers(user))
        self.full_clean()

    @property
    def narrows(self) -> bool:
        return any(self.cleaned_data.values())


def offer(form: forms.BaseForm, name: str, rows: QuerySet[Any]) -> None:
    """Only rows that the person may see are to be chosen."""
    field = form.fields[name]
    if not isinstance(field, forms.ModelChoiceField):
        raise TypeError(f"{name} chooses no rows")
    field.queryset = rows
