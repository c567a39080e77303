"""The engine that a CRM under test speaks to: a real one over a socket, stopped and started again at will."""

from pathlib import Path

from django.utils import timezone
from pytest_django import Settings
from tests.engines import RunningEngine, start_engine

from tradewind.engine.service.keys import Keyring


class EngineRoom:
    """Starts and stops the engine over one data folder, and tells the CRM each time where it is."""

    def __init__(self, data: Path, settings: Settings) -> None:
        self.data = data
        self.settings = settings
        self.running = self.start()

    def start(self) -> RunningEngine:
        self.running = start_engine(self.data)
        keyring = Keyring(self.data / "keys.sqlite")
        key = keyring.create(name="crm", scopes=("publish", "decide", "read"), now=int(timezone.now().timestamp()))
        keyring.close()
        self.settings.TRADEWIND_ENGINE_URL = self.running.url
        self.settings.TRADEWIND_ENGINE_KEY = key
        return self.running

    def stop(self) -> None:
        self.running.stop()

    def responses(self) -> list[str]:
        """(offer, outcome) of every response in history, as `O-1 accepted`."""
        lines = self.running.history(after=0, limit=1000)
        return [f"{line['offer']} {line['outcome']}" for line in lines if line["type"] == "response_recorded"]
