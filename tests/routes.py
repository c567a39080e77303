"""The lines of `routes.txt`: of which object every address is, and who may open it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from tests.house.urls import View, every_view

from tradewind.crm.identity.roles import Role

FILE: Final = Path(__file__).with_name("routes.txt")
PUBLIC, ANYONE, NOBODY = "public", "anyone", "nobody"
PART: Final = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
"""A part of an address that is to be filled, as Django's paths and patterns write it."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the file says of one address."""

    route: str
    thing: str
    """The name of the object, as `crawled.things` knows it; empty for none."""
    fixed: Mapping[str, str]
    who: Mapping[str, bool]
    """Roles, or one of `public`, `anyone`, `nobody`; true where only the own company's objects are meant."""

    @property
    def roles(self) -> set[Role]:
        return {Role(name) for name in self.who if name in Role.values}

    def admits(self, roles: Collection[str]) -> bool:
        return PUBLIC in self.who or ANYONE in self.who or any(role in self.who for role in roles)

    def is_for_own_only(self, roles: Collection[str]) -> bool:
        return all(self.who[role] for role in roles if role in self.who) and self.admits(roles) and bool(self.roles)


def parse(line: str) -> Expected:
    """One line of the file.

    Raises:
        ValueError: the line says less than route, ids and who, or names a role that nobody holds.
    """
    route, ids, *who = line.split()
    parts = [] if ids == "-" else ids.split(",")
    thing = next((part for part in parts if "=" not in part), "")
    fixed = dict(part.split("=", 1) for part in parts if "=" in part)
    said = {name.removesuffix("(own)"): name.endswith("(own)") for name in who}
    strange = set(said) - {PUBLIC, ANYONE, NOBODY, *Role.values}
    if not said or strange:
        raise ValueError(f"{route}: who may open it? {sorted(strange)}")
    return Expected(route, thing, fixed, said)


@cache
def expectations() -> Mapping[str, Expected]:
    lines = (line.strip() for line in FILE.read_text(encoding="utf-8").splitlines())
    return {one.route: one for one in map(parse, (line for line in lines if line and not line.startswith("#")))}


def expected_of(view: View) -> Expected | None:
    """The line of an address, or the one that stands for all of its namespace."""
    found = expectations()
    return found.get(view.name) or found.get(f"{view.name.split(':')[0]}:*")


def parts_of(view: View) -> list[str]:
    return [one or other for one, other in PART.findall(view.route)]


def address_of(view: View, filled: Mapping[str, object]) -> str:
    """The address with its parts filled."""
    plain = view.route.replace("^", "").replace("$", "")
    return "/" + PART.sub(lambda found: str(filled[found[1] or found[2]]), plain)


def line_for(view: View, things: Iterable[str]) -> str:
    """What to write into the file for an address that is missing there, as far as it can be guessed."""
    roles = sorted(str(role) for role in getattr(view.callback, "required_roles", ()))
    parts = parts_of(view)
    named = next((thing for thing in things if thing in view.name.split(":")[-1]), "<object>")
    ids = "form=csv" if parts == ["form"] else named if parts else "-"
    own = "(own)" if view.name.startswith("partner:") and parts and ids != "form=csv" else ""
    who = " ".join(f"{role}{own}" for role in roles) or (ANYONE if view.needs_sign_in else PUBLIC)
    return f"{view.name:<35} {ids:<23} {who}"


def unlisted() -> list[View]:
    return [view for view in every_view() if expected_of(view) is None]
