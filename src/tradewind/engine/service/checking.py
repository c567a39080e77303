"""One expression checked while somebody writes it."""

from __future__ import annotations

from tradewind.engine.core.conditions import Schema, check, to_ast
from tradewind.engine.core.state import State
from tradewind.engine.wire import Attribute, ConditionCheck, ConditionGroup, ConditionReport, Fault


def report(asked: ConditionCheck, state: State) -> ConditionReport:
    """The tree and type of an expression over the given groups, else the running publication's."""
    schema = Schema.of(_groups(state) if asked.condition_groups is None else asked.condition_groups)
    checked = check(asked.expression, schema)
    faults = [
        Fault(path="/expression", code=fault.code, message=fault.message, line=fault.line, column=fault.column)
        for fault in checked.faults
    ]
    ast = None if checked.expression is None else to_ast(checked.expression)
    return ConditionReport(ast=ast, type=checked.type, faults=faults)


def _groups(state: State) -> list[ConditionGroup]:
    """The running publication's condition groups, put together again from its attributes."""
    groups: dict[str, list[Attribute]] = {}
    for name, attribute in (state.publication.attributes if state.publication else {}).items():
        groups.setdefault(name.partition(".")[0], []).append(attribute)
    return [ConditionGroup(name=name, attributes=attributes) for name, attributes in groups.items()]
