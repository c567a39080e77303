"""The condition groups that the tests of conditions speak of."""

from tradewind.engine import wire
from tradewind.engine.core.conditions import Schema, check

GROUPS = [
    wire.ConditionGroup(
        name="customer",
        attributes=[
            wire.Attribute(name="tenure_months", type="number", min=0, max=600),
            wire.Attribute(name="balance", type="number"),
            wire.Attribute(name="segment", type="category", values=["home", "business", "student"]),
            wire.Attribute(name="plan", type="category"),
            wire.Attribute(name="city", type="text"),
            wire.Attribute(name="street", type="text"),
            wire.Attribute(name="has_fibre", type="boolean"),
            wire.Attribute(name="since", type="instant"),
        ],
    ),
    wire.ConditionGroup(
        name="agent",
        attributes=[
            wire.Attribute(name="skills", type="list", values=["fibre", "care", "sales"]),
            wire.Attribute(name="languages", type="list"),
        ],
    ),
]
SCHEMA = Schema.of(GROUPS)


def faults(text: str, expects: str = "boolean") -> list[tuple[str, int, int]]:
    """What is wrong with a condition: code, line and column of every fault."""
    return [(fault.code, fault.line, fault.column) for fault in check(text, SCHEMA, expects=expects).faults]


def message(text: str) -> str:
    """The message of the one fault of a condition."""
    (fault,) = check(text, SCHEMA).faults
    return fault.message
