"""A condition group is something that rules may speak of (the customer, the call); attributes say what is known."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.toolkit.models.named import in_active_language

writable_in_a_rule = RegexValidator(
    r"^[A-Za-z_][A-Za-z0-9_]{0,63}$",
    _("Use letters, digits and _ only, and start with a letter."),
)

LISTED = frozenset({"category", "text", "list"})
"""Types whose values may be listed."""


class ConditionGroup(models.Model):
    name = models.CharField(_("name in rules"), max_length=64, unique=True, validators=[writable_in_a_rule])
    label = models.CharField(_("label"), max_length=120)
    label_ro = models.CharField(_("label in Romanian"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)

    class Meta:
        verbose_name = _("condition group")
        verbose_name_plural = _("condition groups")
        ordering: ClassVar[list[str]] = ["position", "name"]

    def __str__(self) -> str:
        return in_active_language(self.label, self.label_ro)


class Attribute(models.Model):
    class Type(models.TextChoices):
        NUMBER = "number", _("number")
        CATEGORY = "category", _("one of a list")
        BOOLEAN = "boolean", _("yes or no")
        TEXT = "text", _("text")
        INSTANT = "instant", _("date and time")
        LIST = "list", _("several of a list")

    group = models.ForeignKey(
        ConditionGroup, on_delete=models.CASCADE, related_name="attributes", verbose_name=_("condition group")
    )
    name = models.CharField(_("name in rules"), max_length=64, validators=[writable_in_a_rule])
    type = models.CharField(_("type"), max_length=8, choices=Type.choices)
    min = models.FloatField(_("at least"), null=True, blank=True)
    max = models.FloatField(_("at most"), null=True, blank=True)
    values: models.JSONField[list[str], list[str]] = models.JSONField(_("values"), default=list, blank=True)
    value_names: models.JSONField[dict[str, list[str]], dict[str, list[str]]] = models.JSONField(
        _("names of the values"),
        default=dict,
        blank=True,
        help_text=_('What people read for a value, in English and in Romanian: {"home": ["Home", "Acasă"]}.'),
    )
    predictive = models.BooleanField(_("learnt from"), default=False)
    sensitive = models.BooleanField(_("sensitive"), default=False)
    label = models.CharField(_("label"), max_length=120)
    label_ro = models.CharField(_("label in Romanian"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("place in the group"), default=0)

    class Meta:
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        ordering: ClassVar[list[str]] = ["group__position", "position", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["group", "name"], name="attribute_once_per_group"),
            models.CheckConstraint(
                condition=~Q(predictive=True, sensitive=True),
                name="attribute_sensitive_is_never_predictive",
                violation_error_message=_("A sensitive attribute is never learnt from."),
            ),
            models.CheckConstraint(
                condition=Q(min__isnull=True) | Q(max__isnull=True) | Q(min__lte=F("max")),
                name="attribute_min_up_to_max",
                violation_error_message=_("The smallest value is above the largest."),
            ),
        ]

    def __str__(self) -> str:
        return in_active_language(self.label, self.label_ro)

    @property
    def path(self) -> str:
        """How rules write it: `customer.tenure_months`."""
        return f"{self.group.name}.{self.name}"

    def name_of(self, value: str) -> str:
        """What people read for one of the values: the value itself where it has no name."""
        english, romanian = self.value_names.get(value, (value, ""))
        return in_active_language(english, romanian)

    def clean(self) -> None:
        if self.type == self.Type.CATEGORY and self.predictive and not self.values:
            raise ValidationError({"values": _("List the values, so that the predictor can learn from them.")})
        if self.values and self.type not in LISTED:
            raise ValidationError({"values": _("Only texts are picked from a list.")})
        if not _are_names(self.value_names, of=self.values):
            raise ValidationError({"value_names": _("Name listed values only, each in English and in Romanian.")})
        if self.type != self.Type.NUMBER and (self.min is not None or self.max is not None):
            raise ValidationError({"min": _("Only numbers have a range.")})


def _are_names(given: object, *, of: list[str]) -> bool:
    """Whether whoever wrote the JSON named values of the list, each with two texts."""
    return isinstance(given, dict) and all(
        value in of and isinstance(names, list) and [type(name) for name in names] == [str, str]
        for value, names in given.items()
    )
