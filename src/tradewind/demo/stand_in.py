"""A small generated year of sales in the shape of the real file, for machines without the package `dmba`.

The grid of configurations is complete (864), the stores are invented, and the same three blemishes occur: no price, no
date, and one store whose postcode lost a letter and whose place is therefore unknown.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product

SALES = 12_000
STORES = (
    "SE7 1QA", "SW2 4ZB", "NW1 9XC", "E3 2YD", "W12 7QF", "N8 5ZG", "SE15 3XH", "SW6 1YJ", "NW6 8QK", "E8 4ZL",
    "W3 6XM", "N1 2YN", "CR2 9QP", "KT4 5ZR", "EC1M 3XS",
)  # fmt: skip
MISTYPED = {"EC1M 3XS": "E1M 3XS"}
DISTRICTS = ("SE1", "SW4", "NW3", "E1", "W2", "N7", "EC2A", "WC1B", "CR0", "KT1")
GRID = tuple(
    product(
        ("15", "17"),
        ("4", "5", "6"),
        ("1", "2", "4"),
        ("1.5", "2", "2.4"),
        ("Yes", "No"),
        ("40", "80", "120", "300"),
        ("Yes", "No"),
    )
)


def rows(*, seed: int, sales: int = SALES) -> Iterator[list[str]]:
    """Sales as rows of text, the same for the same seed; the first 864 sell each configuration once."""
    draw = random.Random(seed)  # noqa: S311 - made-up sales, nothing secret
    for index in range(sales):
        number = index if index < len(GRID) else draw.randrange(len(GRID))
        features = GRID[number]
        sold_at = datetime(2008, 1, 1) + timedelta(minutes=draw.randrange(366 * 24 * 60))
        store = draw.choice(STORES)
        mistyped = store in MISTYPED and draw.random() < 0.01
        customer = f"{draw.choice(DISTRICTS)} {draw.randrange(1, 10)}{draw.choice('ABDEF')}{draw.choice('GHJLN')}"
        yield [
            "" if draw.random() < 0.001 else f"{sold_at.month}/{sold_at.day}/{sold_at.year} {sold_at:%H:%M}",
            str(number + 1),
            customer,
            MISTYPED[store] if mistyped else store,
            "" if index >= len(GRID) and draw.random() < 0.045 else str(price(features) + draw.randrange(-6, 7) * 5),
            *features,
            *("531000", "180000"),
            *(("", "") if mistyped else ("530000", "179000")),
        ]


def price(features: tuple[str, ...]) -> int:
    """Pounds: a base plus what each feature is worth."""
    screen, battery, ram, processor, wireless, disk, applications = features
    return (
        300
        + 25 * (screen == "17")
        + 20 * (int(battery) - 4)
        + 25 * (int(ram) - 1)
        + {"1.5": 0, "2": 30, "2.4": 70}[processor]
        + 15 * (wireless == "Yes")
        + int(disk) // 5
        + 25 * (applications == "Yes")
    )
