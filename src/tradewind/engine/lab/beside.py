"""Works out a what-if question beside a running engine: `python -m tradewind.engine.lab.beside FOLDER`.

A process of its own, so that no decision waits. The question is one line of JSON on standard input; what comes of it
is said on standard output, one JSON object a line: how far it is, and in the end the result, or the reason why there is
none. Standard input stays open meanwhile: its end ends the process, so that it never outlives whoever asked.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from tradewind.engine.core.offers import read_publication
from tradewind.engine.lab.supposing import what_if
from tradewind.engine.lab.walking import DAMAGES
from tradewind.engine.wire import WhatIfResult

ABANDONED: Final = 3
"""The exit code where whoever asked is gone."""

_NICE: Final = 10


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft's canonical document, and about which decisions it is asked."""

    document: str
    placement: str | None
    since: int
    until: int
    margin: float


class Said(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the answer: exactly one of the three is there."""

    at: int | None = None
    result: WhatIfResult | None = None
    reason: str | None = None


_encode = msgspec.json.Encoder().encode
_question = msgspec.json.Decoder(Question).decode


def main(arguments: Sequence[str]) -> int:
    """Work out the question on standard input; the exit code is 0 when there is a result."""
    (folder,) = map(Path, arguments)
    os.umask(0o077)
    os.nice(_NICE)
    asked = sys.stdin.buffer.readline()
    if not asked.endswith(b"\n"):
        return ABANDONED
    threading.Thread(target=_end_with_input, daemon=True).start()
    said = _worked_out(folder, _question(asked))
    _say(said)
    return 0 if said.result is not None else 1


def _worked_out(folder: Path, question: Question) -> Said:
    try:
        found = what_if(
            folder,
            read_publication(question.document),
            placement=question.placement,
            since=question.since,
            until=question.until,
            margin=question.margin,
            tell=lambda at, _of: _say(Said(at=at)),
        )
    except DAMAGES as error:
        return Said(reason=f"decisions cannot be made again: {error}")
    return Said(result=found.told())


def _say(said: Said) -> None:
    try:
        sys.stdout.buffer.write(_encode(said) + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os._exit(ABANDONED)


def _end_with_input() -> None:
    """Wait for the end of standard input, past what was buffered of it: a buffer that is waited on cannot be closed."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(ABANDONED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
