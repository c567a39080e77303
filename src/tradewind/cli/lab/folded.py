"""A data folder that is folded again, with progress; what is damaged or not there is refused."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tradewind.cli.lab.progress import showing
from tradewind.cli.lab.refusing import Refused
from tradewind.engine.history import HistoryReader
from tradewind.engine.history.folder import Folder
from tradewind.engine.lab.walking import DAMAGES, lacking


@contextmanager
def folded(data: Path, *, since: int) -> Iterator[Callable[[int, int], None]]:
    """Gives the function that is told the position, and the head that is folded to.

    Args:
        data: an engine's data folder.
        since: the position from which on decisions are asked about.

    Raises:
        Refused: there is no history, none from there on, or it is damaged.
    """
    if said := lacking(data):
        raise Refused([said])
    at = 0
    try:
        reader = HistoryReader(Folder(data).history)
        head = reader.head
        reader.close()
        if since > max(head, 1):
            raise Refused([f"history ends at position {head}, before {since}"])
        with showing("facts", total=head) as advance:

            def tell(position: int, _of: int) -> None:
                nonlocal at
                advance(position - at)
                at = position

            yield tell
            tell(head, head)
    except DAMAGES as error:
        raise Refused([f"broken, so that no decision can be made again: {error}"]) from error
