"""What a portal's home says is waiting, with the page where it is done."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to do; `tone` is that of a badge."""

    due: str
    title: str
    text: str
    url: str
    action: str
    tone: str = ""
