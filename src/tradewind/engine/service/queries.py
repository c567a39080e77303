"""Numbers in the query of a call."""

from __future__ import annotations

from starlette.requests import Request

from tradewind.engine.service.problems import one_fault


def number(request: Request, name: str, *, default: int, low: int, high: int) -> int:
    """A whole number of the query, refused as `parameter_refused` where it is none or out of range."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and low <= int(text) <= high):
        message = f"is a whole number from {low} to {high}"
        raise one_fault("parameter_refused", path=f"/query/{name}", code="out_of_range", message=message)
    return int(text)
