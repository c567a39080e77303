"""Names of the made-up world."""

import random

from tradewind.demo import machines, people
from tradewind.demo.laptop_sales import Configuration


def drawn(seed: int, count: int = 500) -> list[people.MadeUpPerson]:
    draw = random.Random(seed)
    return [people.person(draw, number) for number in range(count)]


def test_the_same_seed_gives_the_same_people() -> None:
    assert drawn(4) == drawn(4)
    assert drawn(4) != drawn(5)


def test_no_two_people_share_an_address_and_every_address_is_plain() -> None:
    addresses = [person.email for person in drawn(4)]
    assert len(set(addresses)) == len(addresses)
    assert all(address.isascii() and address.endswith("@post.example") for address in addresses)


def test_both_languages_are_spoken_and_romanian_names_use_comma_below() -> None:
    assert {person.language for person in drawn(4)} == {"en", "ro"}
    letters = set("".join(name for lists in people.ROMANIAN for name in lists))
    assert letters & set("șțȘȚ")
    assert not letters & set("şţŞŢ")


def test_every_configuration_of_the_grid_belongs_to_a_family_and_can_be_said() -> None:
    configuration = Configuration.of(163, ("15", "5", "1", "2", "Yes", "80", "No"), 45_500)
    assert machines.name(configuration) == "Tarn 15-163"
    assert machines.code(configuration) == "L15-163"
    assert machines.description(configuration) == "15 inch, 2 GHz, 1 GB memory, 80 GB disk, 5 h battery, wireless"
