"""What everything has that a partner may work on: the partner, the employee, who brought it in, and how it moves on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tradewind.crm.activities.models import Activity
from tradewind.crm.parties.models import Kind, Membership, Organisation

if TYPE_CHECKING:
    from tradewind.crm.identity.models import User

FIRST_NUMBER = 100_000


class WorkRefused(ValueError):  # noqa: N818  (a refusal, not an error)
    """What was asked does not fit the record as it stands; the text says why."""


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a record: from which states it may be taken, and what it leads to."""

    name: str
    label: str | Promise
    told: str | Promise
    """As the timeline tells it afterwards."""
    begins: Collection[str]
    becomes: str
    only: Callable[[Any], bool] = lambda record: True
    """Which records the step exists for at all."""


class Worked(models.Model):
    """A record that a partner works on. Its rooms add a state with `MOVES`, and a table that links its activities."""

    STATE: ClassVar[str] = "status"
    OPEN: ClassVar[Collection[str]] = ()
    """The states in which there is still something to do."""
    MOVES: ClassVar[tuple[Move, ...]] = ()
    PREFIX: ClassVar[str] = ""
    """Of the record's number; empty for records that have none."""
    HANDED_FROM: ClassVar[Sequence[str]] = ()
    """The states in which the brand owner may give it to another partner; what is taken back is in the first one."""
    HANDED: ClassVar[str] = ""
    """The state that begins for the partner who gets it; empty where it stays as it is."""

    partner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("partner")
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("assigned to"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("created by"),
    )
    created_by_company = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("created by the company")
    )
    created_at = models.DateTimeField(_("created at"))
    asked_at = models.DateTimeField(_("the partner waits for an answer since"), null=True, blank=True, editable=False)

    if TYPE_CHECKING:
        activities: Any

    class Meta:
        abstract = True

    @property
    def state(self) -> str:
        return str(getattr(self, self.STATE))

    @property
    def state_label(self) -> str:
        return str(getattr(self, f"get_{self.STATE}_display")())

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    # --- What is done with it

    @transaction.atomic
    def bring_in(self, *, company: Organisation, actor: User, now: datetime) -> Self:
        """Save something new that a partner's person brings in: it is the partner's, and theirs to work on."""
        self.partner = self.created_by_company = company
        self.created_by = self.assigned_to = actor
        self.created_at = now
        if self.PREFIX:
            setattr(self, "number", token_hex(8))  # noqa: B010  (rooms with a prefix have a number)
        self.save(force_insert=True)
        if self.PREFIX:
            setattr(self, "number", f"{self.PREFIX}{FIRST_NUMBER + self.pk}")  # noqa: B010
            self.save(update_fields=["number"])
        self.note("created", actor=actor, now=now)
        return self

    @transaction.atomic
    def change(self, fields: Collection[str], *, actor: User, now: datetime) -> None:
        """Save these fields as they stand now; nothing is noted where nothing was changed."""
        if fields:
            self.save(update_fields=[*fields, *self.derived(fields)])
            self.note("changed", actor=actor, now=now, fields=sorted(fields))

    def derived(self, fields: Collection[str]) -> Collection[str]:
        """The columns that follow from these."""
        return ()

    @transaction.atomic
    def assign(self, to: User | None, *, actor: User, now: datetime) -> None:
        """Give it to somebody who works for its partner, or to nobody.

        Raises:
            WorkRefused: the person does not work there.
        """
        if to is not None and not self._may_work_on_it(to, at=self.partner_id or _partner_of(actor)):
            raise WorkRefused(gettext("%(name)s does not work for this company.") % {"name": to})
        self.assigned_to = to
        self.save(update_fields=["assigned_to"])
        self.note("assigned", actor=actor, now=now, to=str(to) if to else "")

    def _may_work_on_it(self, person: User, *, at: int | None) -> bool:
        return person.is_active and Membership.objects.current().filter(user=person, organisation=at).exists()

    @transaction.atomic
    def hand_to(self, partner: Organisation | None, *, actor: User, now: datetime) -> None:
        """Give it to another partner, or take it back; nobody works on it there yet. The one before sees it no more.

        Raises:
            WorkRefused: the partner has it already, it is closed, or somebody was faster.
        """
        becomes = {self.STATE: self.HANDED if partner else self.HANDED_FROM[0]} if self.HANDED else {}
        stands = type(self)._default_manager.filter(**{"pk": self.pk, f"{self.STATE}__in": self.HANDED_FROM})
        wanted = partner.pk if partner else None
        if wanted == self.partner_id or not stands.filter(partner=self.partner_id).update(
            partner=wanted, assigned_to=None, asked_at=None, **becomes
        ):
            raise WorkRefused(gettext("It cannot be given on now: it is closed, or somebody was faster."))
        if self.partner_id:
            self.note("taken_back", actor=actor, now=now)
        self.refresh_from_db()
        if partner:
            self.note("handed", actor=actor, now=now, to=partner.name)

    @transaction.atomic
    def say(self, text: str, *, actor: User, now: datetime) -> Activity:
        """Write to the other side, partner or brand owner; it stands on the timeline of both.

        What a partner writes waits for an answer from then on; whatever the brand owner writes is one.
        """
        rows = type(self)._default_manager.filter(pk=self.pk)
        if _partner_of(actor) is None:
            rows.update(asked_at=None)
        else:
            rows.filter(asked_at=None).update(asked_at=now)
        return self.note("message", actor=actor, now=now, heard_by=self.correspondent(), text=text)

    def correspondent(self) -> int | None:
        """The partner with whom the brand owner speaks about it: whose it is, else who wrote last."""
        wrote = self.activities.filter(activity__verb=f"{self._meta.model_name}.message").order_by("-pk")
        found: int | None = self.partner_id or wrote.values_list("partner", flat=True).first()
        return found

    def moves(self) -> tuple[Move, ...]:
        """The steps that can be taken now."""
        return tuple(move for move in self.MOVES if self.state in move.begins and move.only(self))

    @transaction.atomic
    def move(self, name: str, *, actor: User, now: datetime) -> Move:
        """Take a step.

        Raises:
            WorkRefused: it cannot be taken from the state in which the record is now.
        """
        move = next((one for one in self.MOVES if one.name == name and one.only(self)), None)
        unmoved = type(self)._default_manager.filter(pk=self.pk)
        if move is None or not unmoved.filter(**{f"{self.STATE}__in": move.begins}).update(
            **{self.STATE: move.becomes}
        ):
            raise WorkRefused(gettext("This step cannot be taken now: somebody was faster."))
        setattr(self, self.STATE, move.becomes)
        self.note(f"moved.{name}", actor=actor, now=now)
        return move

    @transaction.atomic
    def remove(self, *, actor: User, now: datetime) -> None:
        """Delete it for good; that it was there, and who deleted it, stays written.

        Raises:
            WorkRefused: another record begins with it.
        """
        Activity.objects.create(
            verb=f"{self._meta.model_name}.deleted",
            actor=actor,
            happened_at=now,
            subject=str(self)[:200],
            detail={"id": self.pk},
        )
        try:
            self.delete()
        except models.ProtectedError as begun:
            raise WorkRefused(gettext("Another record begins with this one, so it cannot be deleted.")) from begun

    def note(
        self, what: str, *, actor: User | None, now: datetime, heard_by: int | None = None, **detail: Any
    ) -> Activity:
        """Put something that happened on the timeline, for the partner who works on it now to see."""
        activity = Activity.objects.create(
            verb=f"{self._meta.model_name}.{what}",
            actor=actor,
            happened_at=now,
            subject=str(self)[:200],
            detail=detail,
        )
        self.activities.create(activity=activity, partner_id=self.partner_id or _partner_of(actor) or heard_by)
        return activity


def _partner_of(actor: User | None) -> int | None:
    """The partner that somebody acts for; nobody of the brand owner acts for one."""
    acting = Membership.objects.acting().filter(user=actor, organisation__kind=Kind.PARTNER)
    return acting.values_list("organisation", flat=True).first() if actor else None


class WorkedActivity(models.Model):
    """Puts an activity on the timeline of a record; the partner of that time sees it, one who comes after does not."""

    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="+")
    partner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("partner")
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.activity)
