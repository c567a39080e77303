"""What cannot be done is said in one line for each reason, without a traceback."""

import argparse
import sys
from collections.abc import Callable, Sequence

from tradewind.cli import INTERRUPTED
from tradewind.engine.lab.tables import UnusableFile

REFUSED = 1


class Refused(Exception):  # noqa: N818 - it says what is, not that something failed
    """Asked for what there is not; `reasons` says why."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = tuple(reasons)


def refusing(work: Callable[[argparse.Namespace], int], arguments: argparse.Namespace) -> int:
    """Do it, or print every reason why not; the exit code."""
    try:
        return work(arguments)
    except UnusableFile as unusable:
        return _told(unusable.faults)
    except Refused as refused:
        return _told(refused.reasons)
    except KeyboardInterrupt:
        print("tradewind lab: stopped.", file=sys.stderr)
        return INTERRUPTED


def _told(reasons: Sequence[str]) -> int:
    for reason in reasons:
        print(f"tradewind lab: {reason}", file=sys.stderr)
    return REFUSED
