"""Under which references of a customer lies what a session knows."""

from __future__ import annotations

from tradewind.engine.core.knowledge import State


def session_of(state: State, subject: str, session: str, *, at: int) -> str:
    """The reference that a customer's running session lies under: it may have begun under an alias of theirs."""
    joined = state.aliases.joined(subject)
    if not joined:
        return subject
    refs = (subject, *joined)
    begun = [(started, ref) for ref in refs if (started := state.sessions.begun(ref, session, at=at)) is not None]
    return min(begun)[1] if begun else subject


def sessions_of(state: State, subject: str, session: str, *, at: int) -> tuple[str, ...]:
    """The references under which lies what a customer's session knows, those with the latest event last.

    More than one only where customers who each had a session of this name were joined, until its next event:
    that one takes up what all of them know.
    """
    held_by = session_of(state, subject, session, at=at)
    aliases = state.aliases.joined(subject)
    if not aliases:
        return (held_by,)
    last = {ref: found for ref in (subject, *aliases) if (found := state.sessions.last(ref, session, at=at))}
    joined_at = max(state.aliases.since(alias) or 0 for alias in aliases)
    if last.get(held_by, joined_at) >= joined_at:
        return (held_by,)
    return tuple(sorted(last, key=last.__getitem__))
