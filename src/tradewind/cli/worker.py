"""`tradewind worker`: runs recurring work (the outbox and what else the rooms register) until it is stopped."""

from __future__ import annotations

import argparse
import os
import signal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tradewind.crm.jobs.worker import Worker


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("worker", help="run recurring work: forward answers, close runs")
    parser.add_argument("--once", action="store_true", help="run everything once and end")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradewind.config.settings")
    import django  # the engine alone has no Django

    django.setup()
    from django.utils import timezone

    from tradewind.crm.jobs.worker import Worker

    worker = Worker(clock=timezone.now)
    if arguments.once:
        worker.run_due()
        return 0
    _stop_on_signals(worker)
    print("worker: running, Ctrl-C stops it", flush=True)
    worker.run()
    print("worker: stopped", flush=True)
    return 0


def _stop_on_signals(worker: Worker) -> None:
    """SIGTERM and Ctrl-C end the worker after the piece of work in hand."""

    def stop(_number: int, _frame: Any) -> None:
        worker.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
