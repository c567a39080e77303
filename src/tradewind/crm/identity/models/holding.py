"""Where roles come from: the brand owner's are held everywhere, a partner's at a company, of which a room above knows.

Whoever asks what somebody may do asks all sources; a source says itself which of its rows count at this moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q, QuerySet

from tradewind.crm.identity.models.role import HeldRole, RoleAssignment

if TYPE_CHECKING:
    from tradewind.crm.identity.models import User


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that each give one role to one user."""

    model: type[HeldRole]
    user: str
    """How one gets from a row to its user."""
    counting: Callable[[], QuerySet[Any]]
    """The rows that count now."""
    place: str = ""
    """How one gets from a row to the company at which alone the role is held; nothing where it is held everywhere."""

    @property
    def names(self) -> tuple[str, ...]:
        """What is to be read with rows that are shown."""
        return (self.user, self.place) if self.place else (self.user,)


def places_of(user: User) -> list[HeldRole]:
    """The roles that somebody holds at companies, with these, also where they do not count now."""
    return [
        row
        for each in sources()
        if each.place
        for row in each.model._default_manager.filter(**{each.user: user}, ended_at=None).select_related(*each.names)
    ]


_sources: Final[dict[type[HeldRole], Source]] = {
    RoleAssignment: Source(RoleAssignment, "user", RoleAssignment.objects.current)
}


def roles_come_from(source: Source) -> None:
    """Add a source, from the room that owns its rows.

    Raises:
        ValueError: its model is a source already, read otherwise.
    """
    if _sources.setdefault(source.model, source) is not source:
        raise ValueError(f"{source.model._meta.label} is a source already")


def sources() -> Iterator[Source]:
    yield from _sources.values()


def roles_of(user_id: int) -> list[QuerySet[Any, Any]]:
    """The roles that count now, of each source; none of somebody who is switched off."""
    return [
        each.counting().filter(**{each.user: user_id, f"{each.user}__is_active": True}).order_by().values("role")
        for each in sources()
    ]


def holders_of(roles: Iterable[str]) -> Q:
    """The users for whom one of these roles counts now."""
    wanted = sorted(roles)
    found = ((each, each.counting().filter(role__in=wanted)) for each in sources())
    return reduce(or_, (Q(pk__in=rows.order_by().values(each.user)) for each, rows in found))


def holders() -> Q:
    """The users who hold any role anywhere, whether or not it counts now."""
    found = ((each, each.model._default_manager.filter(ended_at=None)) for each in sources())
    return reduce(or_, (Q(pk__in=rows.order_by().values(each.user)) for each, rows in found))
