"""Every address has a line in `tests/routes.txt`, and the line says what the view says of itself."""

import pytest
from tests.crawled import THINGS
from tests.house.urls import View, every_view
from tests.routes import NOBODY, PUBLIC, Expected, address_of, expectations, expected_of, line_for, parse, parts_of

from tradewind.config.public import PUBLIC_VIEWS
from tradewind.crm.identity.roles import Role

LISTED = [(view, expected) for view in every_view() if (expected := expected_of(view)) is not None]
ADMIN = "admin:*"

listed = pytest.mark.parametrize(("view", "expected"), LISTED, ids=[view.name for view, _ in LISTED])


def test_every_address_has_a_line() -> None:
    missing = [view for view in every_view() if expected_of(view) is None]
    lines = "\n".join(line_for(view, THINGS) for view in missing)
    assert not missing, (
        f"\n\nAdd to tests/routes.txt, after a look at whether this is what you mean:\n\n{lines}\n\n"
        f"Objects it knows: {', '.join(THINGS)}; a new one is built in tests/crawled.py."
    )


def test_no_line_is_about_an_address_that_is_gone() -> None:
    names = {view.name for view in every_view()} | {ADMIN}
    assert sorted(set(expectations()) - names) == []


@listed
def test_a_line_names_the_roles_that_the_view_lets_in(view: View, expected: Expected) -> None:
    """A line may name fewer: those of whom the view asks more than a role."""
    required = getattr(view.callback, "required_roles", None)
    if required is None:
        assert expected.route == ADMIN or not expected.roles, "the view lets everybody in"
    else:
        assert expected.roles <= required
        assert expected.roles, "the view is for roles"


@listed
def test_a_line_says_what_is_public(view: View, expected: Expected) -> None:
    is_public = view.name in PUBLIC_VIEWS
    assert is_public == bool({PUBLIC, NOBODY} & set(expected.who)), "see also config/public.py"


@listed
def test_a_line_fills_every_part_of_the_address(view: View, expected: Expected) -> None:
    if expected.route != ADMIN:
        left = [part for part in parts_of(view) if part not in expected.fixed]
        assert len(left) == (len(THINGS[expected.thing]) if expected.thing else 0), (left, THINGS)


# --- The reader itself


def test_a_line_is_read() -> None:
    read = parse("partner:lead  lead,form=csv  partner_manager(own) channel_manager")
    assert (read.thing, dict(read.fixed)) == ("lead", {"form": "csv"})
    assert read.who == {"partner_manager": True, "channel_manager": False}
    assert read.admits(["finance", "channel_manager"])
    assert not read.admits(["finance"])
    assert read.is_for_own_only(["partner_manager"])
    assert not read.is_for_own_only(["partner_manager", "channel_manager"])
    assert not read.is_for_own_only(["finance"])


@pytest.mark.parametrize("line", ["partner:lead lead", "partner:lead lead emperor", "partner:lead"])
def test_a_line_that_says_too_little_is_refused(line: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is said
        parse(line)


def test_an_unlisted_address_comes_with_the_line_to_write() -> None:
    def view(request: object) -> None: ...

    view.__dict__["required_roles"] = {Role.PARTNER_MANAGER}
    new = View("partner:order-copy", "partner/orders/<int:pk>/copy/", view)
    assert line_for(new, THINGS).split() == ["partner:order-copy", "order", "partner_manager(own)"]
    assert address_of(new, {"pk": 7}) == "/partner/orders/7/copy/"
    assert line_for(View("x:list", "x/", view), THINGS).split() == ["x:list", "-", "partner_manager"]
