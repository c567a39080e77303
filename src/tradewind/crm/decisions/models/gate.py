"""The publish gate as it was set: the last row is in force, those before it say who had set it how."""

from __future__ import annotations

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

FIRST_MARGIN: Final = 0.01
"""With a margin of nothing hardly any draft is ever found not to be worse."""


class GateQuerySet(models.QuerySet["Gate"]):
    def in_force(self) -> Gate:
        """The last one set; where nobody has set any, every draft is estimated and none is held back."""
        return self.order_by("-set_at", "-id").first() or Gate(mode=Gate.Mode.SHOW, margin=FIRST_MARGIN)


class Gate(models.Model):
    class Mode(models.TextChoices):
        OFF = "off", _("off: a draft is estimated when somebody asks")
        SHOW = "show", _("show: every draft is estimated, none is held back")
        HOLD = "hold", _("hold: a draft that would do worse is not published")

    mode = models.CharField(_("publish gate"), max_length=4, choices=Mode.choices)
    margin = models.FloatField(
        _("margin, as a share"), help_text=_("So much less acceptance still counts as not worse.")
    )
    set_at = models.DateTimeField(_("set at"))
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("set by")
    )

    objects = GateQuerySet.as_manager()

    class Meta:
        verbose_name = _("publish gate")
        verbose_name_plural = _("publish gates")
        ordering: ClassVar[list[str]] = ["-set_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(mode__in=["off", "show", "hold"]), name="gate_mode_known"),
            models.CheckConstraint(condition=Q(margin__gte=0, margin__lte=1), name="gate_margin_is_a_share"),
        ]

    def __str__(self) -> str:
        return self.get_mode_display()
