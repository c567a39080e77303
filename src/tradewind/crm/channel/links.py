"""Links in letters: signed, so that nobody can guess or change one; the record behind each says whether it is used."""

from __future__ import annotations

from uuid import UUID

from django.core.signing import BadSignature, Signer


class LinkBroken(Exception):  # noqa: N818  (a refusal, not an error)
    """Not a link of ours, or not all of it."""


def seal(purpose: str, record: UUID) -> str:
    """What stands at the end of a link; good for one purpose only."""
    return Signer(salt=f"channel.{purpose}").sign(record.hex)


def unseal(purpose: str, token: str) -> UUID:
    """The record that a link is about.

    Raises:
        LinkBroken: the signature does not fit.
    """
    try:
        return UUID(Signer(salt=f"channel.{purpose}").unsign(token))
    except (BadSignature, ValueError) as broken:
        raise LinkBroken(purpose) from broken
