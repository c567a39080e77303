"""One noun per file; import them from here."""

from __future__ import annotations

from tradewind.crm.jobs.models.run import Run

__all__ = ["Run"]
