"""The texts of an offer: one place for each channel and language, filled or not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import scope
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Language, Offer, Treatment
from tradewind.crm.toolkit.models import Attribute, Channel
from tradewind.portals.marketer import placeholders
from tradewind.portals.marketer.forms.typed import Posted, is_blank, typed

if TYPE_CHECKING:
    TreatmentModelForm = forms.ModelForm[Treatment]
else:
    TreatmentModelForm = forms.ModelForm

TEXTS = ("title", "body", "pitch", "link")
PLACES = tuple((channel, language) for channel in Channel for language in Language)


class TreatmentForm(TreatmentModelForm):
    """The texts for one channel and language; all empty means that there are none."""

    remove = forms.BooleanField(required=False, label=_("Remove these texts"))

    class Meta:
        model = Treatment
        fields = TEXTS
        widgets: ClassVar[dict[str, Any]] = {
            "body": forms.Textarea(attrs={"rows": 3}),
            "pitch": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(
        self, *args: Any, channel: Channel, language: Language, known: Collection[str] = (), **kwargs: Any
    ) -> None:
        kwargs["prefix"] = f"text-{channel}-{language}"
        super().__init__(*args, **kwargs)
        self.known = known
        self.channel, self.language = channel, language
        self.instance.channel, self.instance.language = channel, language
        self.fields["title"].required = False
        self.fields["link"].help_text = _("Where the customer reads more; may be empty.")
        for name in TEXTS:
            self.fields[name].widget.attrs["lang"] = str(language)

    @property
    def place(self) -> str:
        return f"{self.channel.label}, {self.language.label}"

    @property
    def anchor(self) -> str:
        return str(self.prefix)

    @property
    def preview_id(self) -> str:
        return f"preview-{self.prefix}"

    @property
    def is_filled(self) -> bool:
        """Does it hold any text, as it stands on the page?"""
        return any(self[name].value() for name in TEXTS)

    @property
    def goes(self) -> bool:
        """Is this place to be left without texts?"""
        return bool(self.cleaned_data.get("remove")) or is_blank(self.cleaned_data, "remove")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("remove") and not is_blank(cleaned, "remove") and not cleaned.get("title"):
            self.add_error("title", _("Give these texts a title, or empty the other fields."))
        for name in TEXTS:
            for fault in placeholders.faults(cleaned.get(name) or "", self.known):
                self.add_error(name, fault)
        return cleaned


def _stored(offer: Offer) -> Mapping[tuple[str, str], Treatment]:
    return {(text.channel, text.language): text for text in offer.treatments.all()} if offer.pk else {}


def shown(offer: Offer) -> list[TreatmentForm]:
    stored = _stored(offer)
    return [
        TreatmentForm(channel=channel, language=language, instance=stored.get((channel, language)))
        for channel, language in PLACES
    ]


def bound(data: Posted, offer: Offer, *, user: User) -> list[TreatmentForm]:
    """The texts ready to be judged; their placeholders may name every attribute of the toolkit."""
    stored = _stored(offer)
    known = {attribute.path for attribute in scope(user, Attribute).select_related("group")}
    return [
        TreatmentForm(data, channel=channel, language=language, known=known, instance=stored.get((channel, language)))
        for channel, language in PLACES
    ]


def retyped(data: Posted, offer: Offer) -> list[TreatmentForm]:
    """What was typed, shown again without being judged."""
    stored = _stored(offer)
    return [
        TreatmentForm(
            initial=typed(TreatmentForm(channel=channel, language=language), data),
            channel=channel,
            language=language,
            instance=stored.get((channel, language)),
        )
        for channel, language in PLACES
    ]


def save_treatments(texts: Sequence[TreatmentForm], offer: Offer) -> None:
    for text in texts:
        if not text.goes:
            treatment = text.save(commit=False)
            treatment.offer = offer
            treatment.save()
        elif text.instance.pk:
            text.instance.delete()


def missing(texts: Iterable[TreatmentForm], channels: Iterable[str]) -> set[str]:
    """The anchors of those places that a chosen channel needs and that hold no text."""
    wanted = set(channels)
    return {text.anchor for text in texts if text.channel in wanted and not text.is_filled}
