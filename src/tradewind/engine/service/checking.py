"""One expression checked while somebody writes it."""

from __future__ import annotations

from tradewind.engine.core.conditions import Checked, Schema, check, to_ast
from tradewind.engine.core.state import State
from tradewind.engine.wire import Attribute, ConditionCheck, ConditionGroup, ConditionReport, Fault


def report(asked: ConditionCheck, state: State) -> ConditionReport:
    """The tree and type of an expression over the given groups, else the running publication's."""
    schema = Schema.of(groups_of(asked, state))
    checked = check(asked.expression, schema)
    faults = faults_of(checked)
    ast = None if checked.expression is None else to_ast(checked.expression)
    return ConditionReport(ast=ast, type=checked.type, faults=faults)


def groups_of(asked: ConditionCheck, state: State) -> list[ConditionGroup]:
    """What the expression may speak of."""
    return _groups(state) if asked.condition_groups is None else asked.condition_groups


def faults_of(checked: Checked) -> list[Fault]:
    """What is wrong with the expression, in the wire's words."""
    return [
        Fault(path="/expression", code=fault.code, message=fault.message, line=fault.line, column=fault.column)
        for fault in checked.faults
    ]


def _groups(state: State) -> list[ConditionGroup]:
    """The running publication's condition groups, put together again from its attributes."""
    groups: dict[str, list[Attribute]] = {}
    for name, attribute in (state.publication.attributes if state.publication else {}).items():
        groups.setdefault(name.partition(".")[0], []).append(attribute)
    return [ConditionGroup(name=name, attributes=attributes) for name, attributes in groups.items()]
