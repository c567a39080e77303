"""Conditions: eligibility rules and recipient profiles in a subset of CEL, the Common Expression Language.

Nouns: Expr (the tree), Schema (what may be spoken of), Checked, ConditionFault, UNKNOWN, Rules, HistoryCall.
Text goes in through `parse` or `check` and comes out through `to_text` or `to_ast`; a tree is worth
something in a context through `evaluate`, many at once through `Rules`.
Invariants: any text whatever gives faults and never another error; a missing attribute makes a value
unknown, which `&&` and `||` absorb as they absorb CEL's errors; evaluation never raises; trees compare
by what they say and not by where. May be called by the rest of `core` and by `service`.
"""

from tradewind.engine.core.conditions.checking import Checked, check
from tradewind.engine.core.conditions.evaluating import evaluate
from tradewind.engine.core.conditions.faults import ConditionError, ConditionFault
from tradewind.engine.core.conditions.history import NOW, HistoryCall, asks_for_now, history_calls, inputs_of
from tradewind.engine.core.conditions.parsing import parse
from tradewind.engine.core.conditions.printing import to_ast, to_text
from tradewind.engine.core.conditions.rules import Rules
from tradewind.engine.core.conditions.schema import Schema
from tradewind.engine.core.conditions.tokens import RESERVED_WORDS
from tradewind.engine.core.conditions.tree import Expr, attributes, terms
from tradewind.engine.core.conditions.values import UNKNOWN, Unknown

__all__ = [
    "NOW",
    "RESERVED_WORDS",
    "UNKNOWN",
    "Checked",
    "ConditionError",
    "ConditionFault",
    "Expr",
    "HistoryCall",
    "Rules",
    "Schema",
    "Unknown",
    "asks_for_now",
    "attributes",
    "check",
    "evaluate",
    "history_calls",
    "inputs_of",
    "parse",
    "terms",
    "to_ast",
    "to_text",
]
