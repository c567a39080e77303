"""Every offer's fate is told, with the values seen."""

from tests.unit.engine.core.world import DAY, World, document, offer

from tradewind.engine.core.explain import Fate, fates


def told(world: World, **asked: object) -> dict[str, Fate]:
    return {fate.offer: fate for fate in fates(world.look(**asked))}  # type: ignore[arg-type]  # any keywords of `look`


def test_the_stage_an_offer_did_not_pass_is_named_with_what_was_seen() -> None:
    months = {"id": "p", "rule": "customer.tenure_months < 12"}
    world = World(
        document(
            offer("early", starts_at="2030-01-01T00:00:00Z"),
            offer("late", ends_at="2020-01-01T00:00:00Z"),
            offer("not", eligibility='customer.tenure_months > 99 && customer.segment == "home"'),
            offer("unknown", eligibility="customer.is_student"),
            offer("elsewhere", placements=[]),
            offer("mute", treatments=[{"id": "w", "channel": "web", "language": "en"}]),
            offer("skilled", agent_skills=["care", "legal"]),
            offer("unsuitable", profiles=[months]),
            offer("again", reoffer_after_days=14),
            offer("a"),
        )
    )
    world.state.contacts.shown("s-1", "again", world.now - DAY)
    attributes = {"customer.tenure_months": 30, "customer.segment": "home", "agent.skills": ["care"]}
    found = {name: (fate.stage, fate.reason) for name, fate in told(world, attributes=attributes).items()}
    assert found == {
        "early": ("valid", "starts at 2030-01-01T00:00:00Z"),
        "late": ("valid", "ended at 2020-01-01T00:00:00Z"),
        "not": ("eligible", "eligibility does not hold: customer.tenure_months > 99 (customer.tenure_months = 30)"),
        "unknown": ("eligible", "eligibility is unknown: customer.is_student (customer.is_student missing)"),
        "elsewhere": ("applicable", "not for the placement desk"),
        "mute": ("applicable", "no treatment for the channel call-center"),
        "skilled": ("applicable", "the agent lacks legal"),
        "unsuitable": (
            "suitable",
            "no recipient profile holds: p does not hold: customer.tenure_months < 12 (customer.tenure_months = 30)",
        ),
        "again": ("allowed", "shown at 2026-02-24T06:13:20Z, again after 14 days"),
        "a": ("shown", "shown at rank 1"),
    }


def test_an_instant_beyond_the_calendar_is_told_as_its_last_or_first_second() -> None:
    world = World(
        document(
            offer("never", starts_at="9999-12-31T23:59:59-14:00"), offer("gone", ends_at="0001-01-01T00:00:00+14:00")
        )
    )
    found = told(world)
    assert found["never"].reason == "starts at 9999-12-31T23:59:59Z"
    assert found["gone"].reason == "ended at 0001-01-01T00:00:00Z"


def test_another_channel_than_the_placements_is_named() -> None:
    world = World(document(offer("a")))
    assert told(world, channel="web")["a"].reason == "desk is on the channel call-center, asked was web"


def test_an_offer_that_lost_says_by_how_much() -> None:
    placement = {"limit": 1, "exploration": {"policy": "greedy", "floor": 0.0}}
    world = World(document(offer("a", value=20.0), offer("b", value=10.0), placement=placement))
    found = told(world)
    assert (found["a"].rank, found["a"].selection_probability, found["a"].score) == (1, 1.0, 10.0)
    assert (found["b"].stage, found["b"].reason) == ("ranked", "not drawn: score 5, that of rank 1 is 10")
    assert (found["b"].margin, found["b"].rule, found["a"].margin) == (5.0, None, None)


def test_an_offer_of_a_lower_tier_says_so() -> None:
    world = World(document(offer("a"), offer("b", priority=2), offer("c", display="default")))
    found = told(world)
    assert found["b"].reason == "tier 2; only the highest tier that has an offer competes"
    assert (found["b"].rule, found["b"].seen) == ("priority", {"priority": 2, "competing": 1})
    assert found["c"].reason.startswith("a default offer")


def test_an_offer_whose_group_is_full_says_so() -> None:
    world = World(
        document(offer("a", group="g"), offer("b", group="g"), arbitration=[{"name": "default", "per_group": 1}])
    )
    lost = next(fate for fate in told(world).values() if fate.stage == "ranked")
    assert lost.reason == "its group g has no place left"


def test_everybody_in_the_control_group_had_the_same_chance() -> None:
    world = World(document(offer("a"), offer("b"), placement={"limit": 1, "control_percent": 100.0}))
    lost = next(fate for fate in told(world).values() if fate.stage == "ranked")
    assert lost.reason == "not drawn: the control group is shown allowed offers at random"
    assert lost.margin is None
    shown = next(fate for fate in told(world).values() if fate.stage == "shown")
    assert shown.reason == "shown at rank 1, drawn at random for the control group"


def test_the_first_false_term_is_the_rule_and_its_values_are_seen() -> None:
    rule = "(has(customer.segment) || true) && customer.is_student && customer.tenure_months > 99.0 && 1.0 > 2.0"
    world = World(document(offer("a", eligibility=rule), offer("b")))
    fate = told(world, attributes={"customer.tenure_months": 30})["a"]
    assert (fate.rule, fate.seen) == ("customer.tenure_months > 99", {"customer.tenure_months": 30.0})


def test_an_unknown_rule_names_the_attributes_that_are_missing() -> None:
    rule = 'customer.tenure_months > 9.0 && (customer.is_student || customer.segment == "home")'
    world = World(document(offer("a", eligibility=rule), offer("b")))
    fate = told(world, attributes={"customer.tenure_months": 30, "customer.is_student": False})["a"]
    assert fate.rule == 'customer.is_student || customer.segment == "home"'
    assert fate.seen == {"customer.is_student": False, "customer.segment": None}
    assert fate.reason.startswith("eligibility is unknown")
    assert "customer.segment missing" in fate.reason


def test_what_is_not_a_condition_names_the_field_that_held_it_back() -> None:
    world = World(
        document(
            offer("late", ends_at="2020-01-01T00:00:00Z"),
            offer("skilled", agent_skills=["care"]),
            offer("again", reoffer_after_days=14),
            offer("elsewhere", placements=[]),
        )
    )
    world.state.contacts.shown("s-1", "again", world.now - DAY)
    found = {name: (fate.rule, fate.seen) for name, fate in told(world, attributes={"agent.skills": ["legal"]}).items()}
    assert found == {
        "late": ("ends_at", {"ends_at": "2020-01-01T00:00:00Z", "occurred_at": "2026-02-25T06:13:20Z"}),
        "skilled": ("agent_skills", {"agent.skills": ("legal",)}),
        "again": ("reoffer_after_days", {"shown_at": "2026-02-24T06:13:20Z", "days": 14}),
        "elsewhere": ("placements", {"placement": "desk"}),
    }
