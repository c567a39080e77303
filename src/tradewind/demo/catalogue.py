"""What Larkfield sells: the configurations of the data as machines, and the parts and services of the offers."""

from dataclasses import dataclass
from decimal import Decimal

from tradewind.crm.catalog.models import Product, ProductKind
from tradewind.crm.parties.models import Kind, Organisation
from tradewind.demo import machines
from tradewind.demo.laptop_sales import Configuration, LaptopSales, Store

WARRANTY_MONTHS = 12
STORE_NAMES = {
    "CR7 8LE": "Thornton Heath",
    "E2 0RY": "Bethnal Green",
    "E7 8NW": "Forest Gate",
    "KT2 5AU": "Kingston",
    "N17 6QA": "Tottenham",
    "N3 1DH": "Finchley",
    "NW5 2QH": "Kentish Town",
    "SE1 2BN": "London Bridge",
    "SE8 3JD": "Deptford",
    "SW12 9HD": "Balham",
    "SW18 1NN": "Wandsworth",
    "SW1P 3AU": "Westminster",
    "SW1V 4QQ": "Pimlico",
    "W10 6HQ": "Ladbroke Grove",
    "W4 3PH": "Chiswick",
}


@dataclass(frozen=True, slots=True)
class Extra:
    """A part or a service; the price is in pence."""

    code: str
    name: str
    kind: ProductKind
    family: str
    purpose: str
    price_minor: int


EXTRAS = (
    Extra("S-CARE2", "Care Plus, two years", ProductKind.SERVICE, "Care", "repairs, parts, a machine on loan", 8900),
    Extra("S-CARE3M", "Care Plus, three months", ProductKind.SERVICE, "Care", "for customers who stay", 1500),
    Extra("A-BATT6", "Six-hour battery", ProductKind.ACCESSORY, "Parts", "fitted in the store", 5900),
    Extra("S-BACKUP", "Backup by the month", ProductKind.SERVICE, "Services", "files, every evening", 499),
    Extra("A-MEM4", "Memory to 4 GB", ProductKind.ACCESSORY, "Parts", "fitted in the store", 4900),
    Extra("A-DISK300", "300 GB disk with move", ProductKind.ACCESSORY, "Parts", "fitted, files moved", 7900),
    Extra("A-DOCK", "Docking station 15", ProductKind.ACCESSORY, "Desk", "15-inch machines", 9900),
    Extra("A-SLEEVE", "Travel sleeve", ProductKind.ACCESSORY, "Desk", "waiting for the first offer about it", 1900),
    Extra("S-TRADEIN", "Trade-in", ProductKind.SERVICE, "Services", "a fixed price towards a new machine", 0),
    Extra("S-FLEET", "Fleet lease", ProductKind.SERVICE, "Business", "three machines or more", 4500),
    Extra("S-STUDENT", "Student applications", ProductKind.SERVICE, "Services", "as long as one studies", 3900),
)


def load(sales: LaptopSales) -> None:
    """Stores and products, all at once."""
    Organisation.objects.bulk_create(_store(store) for store in sales.stores)
    Product.objects.bulk_create(
        [*map(_machine, sales.configurations), *map(_extra, EXTRAS)],
        batch_size=500,
    )


def _store(store: Store) -> Organisation:
    name = f"Larkfield {STORE_NAMES.get(store.postcode, store.postcode)}"
    return Organisation(name=name, kind=Kind.STORE, city="London", postcode=store.postcode)


def _machine(configuration: Configuration) -> Product:
    return Product(
        code=machines.code(configuration),
        name=machines.name(configuration),
        kind=ProductKind.MACHINE,
        family=machines.family(configuration),
        purpose=machines.description(configuration),
        list_price_minor=configuration.list_price_minor,
        currency="GBP",
        ram_gb=configuration.ram_gb,
        storage_gb=configuration.disk_gb,
        screen_inches=Decimal(configuration.screen_inches),
        battery_hours=Decimal(configuration.battery_hours),
        processor_ghz=Decimal(str(configuration.processor_ghz)),
        warranty_months=WARRANTY_MONTHS,
    )


def _extra(extra: Extra) -> Product:
    return Product(
        code=extra.code,
        name=extra.name,
        kind=extra.kind,
        family=extra.family,
        purpose=extra.purpose,
        list_price_minor=extra.price_minor,
        currency="GBP",
    )
