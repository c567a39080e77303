"""What an event does: its actions in order, checked and compiled at publish.

`populate` wants whole groups and puts them into the answer, `assign` sets attributes, `decide` decides once,
`respond` takes the answer that came with the call, `notify` tells somebody else afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tradewind.engine import wire
from tradewind.engine.core.conditions import (
    NOW,
    UNKNOWN,
    Expr,
    Schema,
    asks_for_now,
    attributes,
    check,
    evaluate,
    history_calls,
)
from tradewind.engine.core.context import typed
from tradewind.engine.core.instants import instant
from tradewind.engine.core.output import Output, output_faults
from tradewind.engine.core.pointers import pointer


@dataclass(frozen=True, slots=True)
class Assignment:
    """One attribute that an event sets; `wants` are the attributes its expression looks at."""

    name: str
    attribute: wire.Attribute
    expression: Expr
    wants: tuple[str, ...]

    def value(self, values: Mapping[str, Any], *, now: int) -> Any | None:
        """What the attribute becomes; None, and it stays as it was, where the expression is unknown or does not fit.

        Args:
            values: the attributes known.
            now: when the event occurred, microseconds since the epoch.
        """
        if asks_for_now(self.expression):
            values = {**values, NOW: instant(now)}
        found = evaluate(self.expression, values)
        if found is UNKNOWN:
            return None
        if isinstance(found, datetime):
            return found if self.attribute.type == "instant" else None
        return typed(found, self.attribute)


@dataclass(frozen=True, slots=True)
class Doings:
    """An event's actions, made ready.

    `before` and `after` are the assignments on either side of the decision, one tuple for each action, whose
    expressions all see what was known before it. `groups` has the attributes of each group that is answered,
    by their full names. `wants` is everything the event may look at, decisions left out.
    """

    before: tuple[tuple[Assignment, ...], ...] = ()
    after: tuple[tuple[Assignment, ...], ...] = ()
    groups: Mapping[str, tuple[str, ...]] | None = None
    responds: bool = False
    notifies: tuple[str, ...] = ()
    output: Output | None = None
    wants: frozenset[str] = frozenset()

    @property
    def assigned(self) -> frozenset[str]:
        """The attributes that the event sets."""
        return frozenset(each.name for action in (*self.before, *self.after) for each in action)


def doings(
    event: wire.EventDeclaration, groups: list[wire.ConditionGroup], known: Mapping[str, wire.Attribute]
) -> Doings:
    """Compile the actions of an event in which `action_faults` found nothing."""
    schema = Schema.of(groups)
    sides: list[list[tuple[Assignment, ...]]] = [[], []]
    side = 0
    for action in event.actions:
        match action:
            case wire.Decide():
                side = 1
            case wire.Assign():
                sides[side].append(tuple(_assignment(name, text, schema, known) for name, text in action.set.items()))
    named = {name: None for action in event.actions if isinstance(action, wire.Populate) for name in action.groups}
    answered = {
        group.name: tuple(f"{group.name}.{attribute.name}" for attribute in group.attributes)
        for group in groups
        if group.name in named
    }
    output = Output.read(event.output) if event.output else None
    wants = {name for side_ in sides for action in side_ for each in action for name in each.wants}
    wants |= {name for names in answered.values() for name in names}
    return Doings(
        before=tuple(sides[0]),
        after=tuple(sides[1]),
        groups=answered or None,
        responds=any(isinstance(action, wire.Respond) for action in event.actions),
        notifies=tuple(dict.fromkeys(action.url for action in event.actions if isinstance(action, wire.Notify))),
        output=output,
        wants=frozenset(wants | (output.names if output else set())),
    )


def action_faults(document: wire.Publication, known: Mapping[str, wire.Attribute]) -> Iterator[wire.Fault]:
    """What is wrong with the actions and outputs of all events, names of groups and placements left out."""
    schema = Schema.of(document.condition_groups)
    for number, event in enumerate(document.events):
        decided = responded = False
        for place, action in enumerate(event.actions):
            path = f"/events/{number}/actions/{place}"
            match action:
                case wire.Decide():
                    if decided:
                        yield _fault(path, "too_many", "an event decides once, since its answer has one decision")
                    decided = True
                case wire.Respond():
                    if responded:
                        yield _fault(path, "too_many", "a call brings one response")
                    elif decided:
                        yield _fault(path, "order", "the response counts before the decision: put it first")
                    responded = True
                case wire.Assign():
                    for name, text in action.set.items():
                        yield from _assign_faults(pointer(f"{path}/set", name), name, text, schema, known)
        yield from output_faults(event.output, f"/events/{number}/output", known)


def _assign_faults(
    path: str, name: str, text: str, schema: Schema, known: Mapping[str, wire.Attribute]
) -> Iterator[wire.Fault]:
    attribute = known.get(name)
    if attribute is None:
        yield _fault(path, "unknown_attribute", f"no condition group declares {name}")
        return
    checked = check(text, schema, expects=attribute.type)
    for fault in checked.faults:
        yield wire.Fault(path=path, code=fault.code, message=fault.message, line=fault.line, column=fault.column)
    if checked.expression is None or checked.faults:
        return
    if history_calls(checked.expression):
        yield _fault(path, "not_here", "the contact history is for conditions only")
    elif not attributes(checked.expression) and not asks_for_now(checked.expression):
        yield from _constant_faults(path, checked.expression, attribute)


def _constant_faults(path: str, expression: Expr, attribute: wire.Attribute) -> Iterator[wire.Fault]:
    """A constant that can never be taken is a slip."""
    found = evaluate(expression, {})
    if found is not UNKNOWN and not isinstance(found, datetime) and typed(found, attribute) is None:
        yield _fault(path, "never_fits", "this value is out of the attribute's range, or not one of its values")


def _assignment(name: str, text: str, schema: Schema, known: Mapping[str, wire.Attribute]) -> Assignment:
    checked = check(text, schema, expects="any")
    if checked.expression is None:
        raise ValueError(f"the expression for {name} was not checked")
    wants = tuple(each.key for each in attributes(checked.expression))
    return Assignment(name=name, attribute=known[name], expression=checked.expression, wants=wants)


def _fault(path: str, code: str, message: str) -> wire.Fault:
    return wire.Fault(path=path, code=code, message=message)
