"""Work that the worker does again and again: taking up files of partners, letting letters of campaigns go."""

from __future__ import annotations

from datetime import datetime

from tradewind.crm.channel.bulk.runs import break_off, carry_out, look
from tradewind.crm.channel.delivery import deliver
from tradewind.crm.channel.models import ImportState, PartnerImport
from tradewind.crm.jobs.recurring import every


@every(1, name="channel.imports")
def take_up_imports(now: datetime) -> int:
    """The file that has waited longest is looked at or written; one at a time, so that others wait their turn."""
    waiting = PartnerImport.objects.filter(state__in=(ImportState.UPLOADED, ImportState.CONFIRMED))
    run = waiting.select_related("uploaded_by").order_by("uploaded_at", "pk").first()
    if run is None:
        return 0
    try:
        take_up = look if run.state == ImportState.UPLOADED else carry_out
        take_up(run, now=now)
    except Exception:
        break_off(run, now=now)
        raise
    return 1


@every(1, name="channel.letters")
def let_letters_go(now: datetime) -> int:
    return deliver(now=now)
