"""What rules ask of the contact history is what one counts by hand."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tradewind.engine.core.conditions import HistoryCall
from tradewind.engine.core.conditions.history import KINDS
from tradewind.engine.core.contact_history import counted
from tradewind.engine.core.contact_log import ContactLog, What

DAY = 24 * 3600 * 1_000_000
NOW = 1000 * DAY

instants = st.one_of(st.sampled_from([NOW - DAY, NOW - DAY + 1, NOW, NOW + 1]), st.integers(NOW - 9 * DAY, NOW + DAY))
whats = st.builds(What, st.sampled_from(KINDS), st.sampled_from("ab"), st.sampled_from("gh"), st.sampled_from(["web"]))
contacts = st.lists(st.tuples(st.sampled_from(["s-1", "s-2"]), whats, instants), max_size=30)
windows = st.one_of(st.just(DAY), st.integers(1, 9 * DAY))
calls = st.one_of(
    st.builds(HistoryCall, st.sampled_from(KINDS), st.just("all"), st.just(""), windows),
    st.builds(HistoryCall, st.sampled_from(KINDS), st.just("group"), st.sampled_from("ghx"), windows),
    st.builds(HistoryCall, st.sampled_from(KINDS), st.just("offer"), st.sampled_from("abx"), windows),
)


def by_hand(call: HistoryCall, held: list[tuple[str, What, int]]) -> int:
    return sum(
        subject == "s-1"
        and what.kind == call.kind
        and (call.scope != "group" or what.group == call.name)
        and (call.scope != "offer" or what.offer == call.name)
        and NOW - occurred_at < call.window
        for subject, what, occurred_at in held
    )


@settings(max_examples=150, deadline=None)
@given(contacts, st.lists(calls, max_size=5))
def test_every_call_is_counted_as_by_hand(held: list[tuple[str, What, int]], asked: list[HistoryCall]) -> None:
    log = ContactLog()
    for subject, what, occurred_at in held:
        log.add(subject, what, at=NOW, occurred_at=occurred_at)
    assert counted(asked, log, "s-1", NOW) == [by_hand(call, held) for call in asked]
