"""A chart and the table behind it: one object, so that neither can say what the other does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

type Text = str | Promise


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a ledger; `sort` is its name in the address, `short` what a phone shows beside the cell."""

    label: Text
    numeric: bool = False
    sort: str = ""
    short: Text = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A Vega-Lite specification with its words and its table.

    `spec` names colours by token (`"--chart-1"`, `"--ink-soft"`), which the page turns into the colours of its theme.
    `description` says in one sentence what the chart shows. `rows` hold text as it is to be read.
    """

    id: str
    title: Text
    description: Text
    spec: Mapping[str, Any]
    columns: Sequence[Column]
    rows: Sequence[Sequence[Text]]
    note: Text = ""

    @property
    def spec_id(self) -> str:
        return f"{self.id}-spec"
