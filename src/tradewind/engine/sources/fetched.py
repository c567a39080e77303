"""What comes back from the way out: a good answer, or the reason why there is none."""

from __future__ import annotations

from typing import Literal

import msgspec

type Outcome = Literal["late", "unreachable", "refused", "failed", "too_large", "garbled", "not_allowed"]


class Fetched(msgspec.Struct, frozen=True, gc=False):
    """A good answer: unpacked, with its charset (lower case, empty where none was said)."""

    body: bytes
    media_type: str
    charset: str


class Unanswered(Exception):  # noqa: N818 - a refusal, named for what happened
    """There is no good answer. `outcome`: late, unreachable, refused (4xx), failed (5xx, redirects), too_large,
    garbled, not_allowed. `status` where one came."""

    def __init__(self, outcome: Outcome, why: str, *, status: int | None = None) -> None:
        super().__init__(why)
        self.outcome: Outcome = outcome
        self.status = status
