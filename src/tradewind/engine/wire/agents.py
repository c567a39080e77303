"""What agents add to the offers that they sell."""

from __future__ import annotations

from tradewind.engine.wire.base import Message


class AgentView(Message, frozen=True, kw_only=True, omit_defaults=False):
    """What an agent adds to the offers that they sell. `observed` and `expected` are sums of rewards, 1 at most each.

    `expected` is of the same customers and offers had an average agent sold them. `effect` is the acceptance that is
    due to the agent, -1 to 1, drawn towards none where there is little evidence; `interval` has it at 95 %.
    """

    agent: str | None
    responses: int
    observed: float
    expected: float
    effect: float
    interval: tuple[float, float]


class AgentsView(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Agents in the order in which history first had them; `next` is the `after` of the rest, if there is more."""

    position: str
    agents: list[AgentView]
    next: str | None = None
