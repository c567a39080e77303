"""What was learnt of agents, a page at a time."""

from __future__ import annotations

from tradewind.engine.core.predictors.agents import OTHERS, Agents
from tradewind.engine.core.predictors.evidence import MICRO
from tradewind.engine.core.state import State
from tradewind.engine.wire import AgentsView, AgentView


def agents_view(state: State, *, after: int, limit: int) -> AgentsView:
    """The agents behind the `after`th, so many at most; those who share an entry come first, if there are any."""
    agents = state.agents
    entries: list[tuple[str | None, int]] = [(None, OTHERS)] if agents.sums(OTHERS).responses else []
    entries += agents.numbers.items()
    page = entries[after : after + limit]
    return AgentsView(
        position=str(state.position),
        agents=[_agent(agents, name, number) for name, number in page],
        next=str(after + limit) if after + limit < len(entries) else None,
    )


def _agent(agents: Agents, name: str | None, number: int) -> AgentView:
    sums, effect = agents.sums(number), agents.effect(number)
    return AgentView(
        agent=name,
        responses=sums.responses,
        observed=sums.reward / MICRO,
        expected=sums.expected / MICRO,
        effect=effect.mean,
        interval=(effect.lower, effect.upper),
    )
