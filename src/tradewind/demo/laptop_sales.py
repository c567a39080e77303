"""The year of laptop sales that the sample company lives on, as stores, configurations and buyers.

The data is `LaptopSales` of the package `dmba`: 297,572 sales of 864 configurations in 15 London stores during 2008,
in pounds. It has the blemishes of real data, and each is counted and not hidden: sales without a price, sales without
a date, and one store postcode with a letter lost. Where the package is absent a small generated stand-in takes its
place.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median_low
from typing import Self

from tradewind.demo import packaged, stand_in

COLUMNS = (
    "Date", "Configuration", "Customer Postcode", "Store Postcode", "Retail Price", "Screen Size (Inches)",
    "Battery Life (Hours)", "RAM (GB)", "Processor Speeds (GHz)", "Integrated Wireless?", "HD Size (GB)",
    "Bundled Applications?", "customer X", "customer Y", "store X", "store Y",
)  # fmt: skip
DATE, CONFIGURATION, CUSTOMER, STORE, PRICE, FEATURES, STORE_X = 0, 1, 2, 3, 4, slice(5, 12), 14


@dataclass(frozen=True, slots=True)
class Configuration:
    """One of the laptops that can be ordered; `list_price_minor` is the median price paid, in pence."""

    number: int
    screen_inches: int
    battery_hours: int
    ram_gb: int
    processor_ghz: float
    wireless: bool
    disk_gb: int
    applications: bool
    list_price_minor: int

    @classmethod
    def of(cls, number: int, features: Sequence[str], list_price_minor: int) -> Self:
        screen, battery, ram, processor, wireless, disk, applications = features
        return cls(
            number=number,
            screen_inches=int(screen),
            battery_hours=int(battery),
            ram_gb=int(ram),
            processor_ghz=float(processor),
            wireless=wireless == "Yes",
            disk_gb=int(disk),
            applications=applications == "Yes",
            list_price_minor=list_price_minor,
        )


@dataclass(frozen=True, slots=True)
class Store:
    postcode: str
    sales: int


@dataclass(frozen=True, slots=True)
class Purchase:
    """One complete sale: the store's postcode is corrected, the price is in pence."""

    sold_at: datetime
    configuration: int
    customer_postcode: str
    store_postcode: str
    price_minor: int


@dataclass(frozen=True, slots=True)
class Blemishes:
    """How many sales lack something. `corrected` maps a mistyped store postcode to the store that was meant."""

    without_price: int
    without_date: int
    mistyped_store: int
    corrected: dict[str, str]


@dataclass(frozen=True, slots=True)
class LaptopSales:
    sales: int
    generated: bool
    configurations: tuple[Configuration, ...]
    stores: tuple[Store, ...]
    purchases: tuple[Purchase, ...]
    blemishes: Blemishes


def read(*, purchases: int, seed: int) -> LaptopSales:
    """Survey the real file, or the stand-in, and draw `purchases` complete sales, the same for the same seed."""
    path = packaged.find("dmba", "dmba/csvFiles/LaptopSales.csv.gz")
    if path is None:
        return survey(stand_in.rows(seed=seed), purchases=purchases, seed=seed, generated=True)
    lines = packaged.rows(path)
    if tuple(next(lines)) != COLUMNS:
        raise ValueError(f"{path} does not have the columns of LaptopSales")
    return survey(lines, purchases=purchases, seed=seed)


def survey(lines: Iterable[Sequence[str]], *, purchases: int, seed: int, generated: bool = False) -> LaptopSales:
    """One pass over the sales: what is sold, where, for how much, and a uniform draw of complete sales."""
    features: dict[int, Sequence[str]] = {}
    prices: dict[int, list[int]] = defaultdict(list)
    stores: Counter[str] = Counter()
    placed: set[str] = set()
    complete = _Reservoir(purchases, seed)
    sales = without_price = without_date = 0
    for line in lines:
        sales += 1
        number = int(line[CONFIGURATION])
        features.setdefault(number, line[FEATURES])
        stores[line[STORE]] += 1
        if line[STORE_X]:
            placed.add(line[STORE])
        if line[PRICE]:
            prices[number].append(int(line[PRICE]))
        else:
            without_price += 1
        without_date += not line[DATE]
        if line[PRICE] and line[DATE]:
            complete.offer(line)
    corrected = {wrong: right for wrong in stores.keys() - placed if (right := meant(wrong, placed))}
    return LaptopSales(
        sales=sales,
        generated=generated,
        configurations=tuple(
            Configuration.of(number, features[number], 100 * median_low(prices[number]))
            for number in sorted(features)
            if prices[number]
        ),
        stores=tuple(
            Store(
                postcode, stores[postcode] + sum(stores[wrong] for wrong in corrected if corrected[wrong] == postcode)
            )
            for postcode in sorted(placed)
        ),
        purchases=tuple(_purchases(complete.drawn, placed, corrected)),
        blemishes=Blemishes(
            without_price=without_price,
            without_date=without_date,
            mistyped_store=sum(stores[wrong] for wrong in corrected),
            corrected=corrected,
        ),
    )


def meant(postcode: str, known: Iterable[str]) -> str | None:
    """The one known postcode that becomes `postcode` when a letter is lost; None where none or several would.

    >>> meant("S1P 3AU", {"SW1P 3AU", "SW1V 4QQ"})
    'SW1P 3AU'
    """
    candidates = [full for full in known if any(full[:at] + full[at + 1 :] == postcode for at in range(len(full)))]
    return candidates[0] if len(candidates) == 1 else None


def _stores(sales: Counter[str], placed: set[str], corrected: dict[str, str]) -> Iterator[Store]:
    for postcode in sorted(placed):
        mistyped = sum(sales[wrong] for wrong, right in corrected.items() if right == postcode)
        yield Store(postcode, sales[postcode] + mistyped)


def _purchases(drawn: Iterable[Sequence[str]], placed: set[str], corrected: dict[str, str]) -> Iterator[Purchase]:
    for line in drawn:
        store = corrected.get(line[STORE], line[STORE])
        if store in placed:
            yield Purchase(
                sold_at=datetime.strptime(line[DATE], "%m/%d/%Y %H:%M"),
                configuration=int(line[CONFIGURATION]),
                customer_postcode=line[CUSTOMER],
                store_postcode=store,
                price_minor=100 * int(line[PRICE]),
            )


class _Reservoir:
    """A uniform draw of `size` from a stream of unknown length (Vitter 1985, algorithm R)."""

    def __init__(self, size: int, seed: int) -> None:
        self.size = size
        self.drawn: list[Sequence[str]] = []
        self._seen = 0
        self._random = random.Random(seed)  # noqa: S311 - which buyers the demo shows, nothing secret

    def offer(self, line: Sequence[str]) -> None:
        self._seen += 1
        if len(self.drawn) < self.size:
            self.drawn.append(line)
        elif (place := int(self._random.random() * self._seen)) < self.size:
            self.drawn[place] = line
