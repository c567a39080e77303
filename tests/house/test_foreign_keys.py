"""Foreign keys run downhill: Django's string references would slip past the import contracts."""

import configparser
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Field, ForeignKey, ManyToManyField, Model

ROOT = Path(__file__).parents[2]


def layers() -> dict[str, int]:
    """The height of every room, from the contract `crm` of .importlinter; the ground is 0."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    floors = contracts["importlinter:contract:crm"]["layers"].split("\n")
    rooms = [[room.strip() for room in floor.split("|")] for floor in floors if floor.strip()]
    return {room: height for height, floor in enumerate(reversed(rooms)) for room in floor}


HEIGHT = layers()
MODELS = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("tradewind.")]


def relations(model: type[Model]) -> Iterable[Field[object, object]]:
    fields = [*model._meta.local_fields, *model._meta.local_many_to_many]
    return [field for field in fields if isinstance(field, ForeignKey | ManyToManyField)]


def runs_downhill(room: str, target: str) -> bool:
    """Inside a room, or to a lower one; rooms of the same height do not know each other."""
    return target == room or (target in HEIGHT and HEIGHT[target] < HEIGHT[room])


def test_the_layers_are_read() -> None:
    assert HEIGHT["identity"] == 0
    assert HEIGHT["activities"] == HEIGHT["jobs"]
    assert HEIGHT["funds"] == max(HEIGHT.values())


def test_uphill_and_sideways_are_refused() -> None:
    assert runs_downhill("marketing", "catalog")
    assert not runs_downhill("catalog", "marketing")
    assert not runs_downhill("activities", "jobs")
    assert not runs_downhill("marketing", "contenttypes")


def test_there_are_models_in_every_room() -> None:
    assert {model._meta.app_label for model in MODELS} >= set(HEIGHT)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_foreign_keys_run_downhill(model: type[Model]) -> None:
    room = model._meta.app_label
    targets = {field.name: target._meta.app_label for field in relations(model) if (target := field.related_model)}
    assert {name: target for name, target in targets.items() if not runs_downhill(room, target)} == {}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_money_is_whole_and_never_floats(model: type[Model]) -> None:
    kinds = {field.name: field.get_internal_type() for field in model._meta.local_fields}
    assert {name: kind for name, kind in kinds.items() if name.endswith("_minor") and kind != "BigIntegerField"} == {}
    assert [name for name, kind in kinds.items() if kind == "FloatField" and "price" in name] == []
