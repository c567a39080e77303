"""What every message is made of: its base, and the forms that texts and numbers have."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

WIRE = 1

# `$(?!\n)` and not `$`: Python's `$` lets a last newline through, ECMA 262's does not.
_NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$(?!\n)"
_IDENTIFIER = r"^[A-Za-z_][A-Za-z0-9_]{0,63}$(?!\n)"
_LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$(?!\n)"

Name = Annotated[str, Meta(pattern=_NAME, description="letters, digits, -, _ and .; at most 64")]
Identifier = Annotated[str, Meta(pattern=_IDENTIFIER, description="a name that CEL can write; at most 64 letters")]
Ident = Annotated[str, Meta(min_length=1, max_length=128)]
Text = Annotated[str, Meta(max_length=4000)]
Expression = Annotated[str, Meta(max_length=8000, description="CEL, the Common Expression Language")]
Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Percent = Annotated[float, Meta(ge=0.0, le=100.0)]
Days = Annotated[int, Meta(ge=0, le=3650)]
Whole = Annotated[int, Meta(ge=0)]
Weight = Annotated[float, Meta(ge=0.0, le=1e9)]
Position = (
    Annotated[int, Meta(ge=0, le=2**63 - 1)]
    | Annotated[str, Meta(pattern=r"^[0-9]{1,19}$(?!\n)", description="a position as an answer gave it: digits")]
)
Instant = Annotated[datetime, Meta(tz=True)]
Language = Annotated[str, Meta(pattern=_LANGUAGE, description="a language tag such as en or ro or en-GB")]

PublicationNumber = Annotated[int, Meta(ge=1, le=2**53)]

Stage = Literal["valid", "eligible", "applicable", "suitable", "allowed", "ranked", "shown"]
SpecVersion = Literal["1.0"]
HealthStatus = Literal["ok", "starting", "stopping"]
Mode = Literal["learned", "control", "fallback"]
AttributeType = Literal["number", "category", "boolean", "text", "instant", "list"]


class Message(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The base of every message: keyword-only, frozen, strict."""
