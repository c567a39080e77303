"""A demo from the first start to the last stop."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from tradewind.cli.demo import folder
from tradewind.cli.demo.family import Family
from tradewind.cli.processes import ProcessFailed, is_port_free

WIDTH = 160
SETTINGS = "tradewind.config.settings"
Say = Callable[[str], None]


class PortTaken(Exception):  # noqa: N818 - it says what is, not that something failed
    """Somebody else listens where the demo should."""


def run(*, data: Path, traffic: float, port: int, engine_port: int) -> int:
    """Run the demo until it is stopped; returns the exit code."""
    stop = threading.Event()
    _stop_on_signals(stop)
    os.umask(0o077)  # the folder may be there already, open to others; what is written into it is not
    data = data.absolute()
    try:
        _check_ports(port=port, engine_port=engine_port)
        with folder.held(data, engine_url=url(engine_port)):
            return Demo(data=data, traffic=traffic, port=port, engine_port=engine_port, stop=stop).run()
    except (PortTaken, folder.FolderTaken, ProcessFailed) as trouble:
        print(f"tradewind demo: {trouble}", file=sys.stderr)
        return 1


def _check_ports(*, port: int, engine_port: int) -> None:
    for name, number, variable in (("web", port, "PORT"), ("engine", engine_port, "ENGINE_PORT")):
        if not is_port_free(number):
            raise PortTaken(
                f"Port {number} for the {name} is taken; stop what listens there, or choose another with {variable}=…"
            )


def _stop_on_signals(stop: threading.Event) -> None:
    def obey(_number: int, _frame: object) -> None:
        stop.set()

    signal.signal(signal.SIGINT, obey)
    signal.signal(signal.SIGTERM, obey)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, obey)


def url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def console() -> Console:
    """Standard output; a file or a pipe has no width of its own, and is read while it is written."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=WIDTH)


class Demo:
    """One run of the demo on one data folder."""

    def __init__(self, *, data: Path, traffic: float, port: int, engine_port: int, stop: threading.Event) -> None:
        self.data = data
        self.traffic = traffic
        self.web_url = url(port)
        self.engine_url = url(engine_port)
        self.port = port
        self.engine_port = engine_port
        self.stop = stop
        self.console = console()
        self.began = time.monotonic()

    def run(self) -> int:
        (self.data / "static").mkdir(exist_ok=True)  # nothing is collected in the demo; files are served where they lie
        os.environ.update(self._environment())
        family = Family(logs=self.data / "logs", environment={}, say=self.say, is_stopping=self.stop.is_set)
        try:
            self._start(family)
            return 0
        finally:
            family.stop()
            self.say("Stopped. The same command resumes.")

    def say(self, text: str) -> None:
        self.console.print(f"[dim]{time.monotonic() - self.began:6.1f} s[/dim]  {text}")

    def _environment(self) -> dict[str, str]:
        """What the children and Django in this process share."""
        from tradewind.config.environment import kept_secret_key  # the folder is held first

        return {
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "TRADEWIND_DATA": str(self.data),
            "TRADEWIND_DEMO": "1",
            "TRADEWIND_ENGINE_URL": self.engine_url,
            "TRADEWIND_ENGINE_KEY": folder.keys(self.data),
            "TRADEWIND_SECRET_KEY": os.environ.get("TRADEWIND_SECRET_KEY") or kept_secret_key(self.data),
            "PORT": str(self.port),
            "ENGINE_PORT": str(self.engine_port),
        }

    def _start(self, family: Family) -> None:
        """Everything in order; returns when the demo is stopped."""
        self.say(f"Data in {self.data}.")
        engine = family.start(
            "the engine", "engine", "serve", "--data", str(self.data), "--port", str(self.engine_port),
            ready_url=f"{self.engine_url}/health/ready",
        )  # fmt: skip
        from tradewind.cli.demo import world  # Django reads the environment when it starts

        world.prepare(say=self.say)
        if not family.wait_for(engine):
            return
        self.say(f"The engine answers on {self.engine_url}.")
        world.publish(say=self.say)
        web = family.start("the web", "web", "--port", str(self.port), ready_url=f"{self.web_url}/health/ready")
        family.start("the worker", "worker")
        if not family.wait_for(web):
            return
        self._welcome()
        world.live(
            traffic=self.traffic, stop=self.stop, say=self.say, console=self.console, look_after=family.look_after
        )

    def _welcome(self) -> None:
        from tradewind.demo.cast import PASSWORD

        self.say(f"[bold]The web answers on {self.web_url}[/bold]; sign in with one click, or with {PASSWORD}.")
        self.say(
            f"The engine's own documentation is at {self.engine_url}/docs, keys in {self.data / folder.KEYS_FILE}."
        )
        self.say("Ctrl-C stops everything.")
