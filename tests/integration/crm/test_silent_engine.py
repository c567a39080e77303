"""An engine that accepts the connection and then says nothing: a page does not wait for it for long."""

import socket
from collections.abc import Iterator

import pytest

from tradewind.crm.decisions import engine as client
from tradewind.crm.decisions.engine import Engine, EngineUnavailable


@pytest.fixture
def silent() -> Iterator[Engine]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield Engine(f"http://127.0.0.1:{listening.getsockname()[1]}", "key")


def test_a_check_of_a_publication_is_given_up(silent: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "VALIDATE_SECONDS", 0.1)
    with pytest.raises(EngineUnavailable):
        silent.validate({"wire": 1, "number": 1})
    with pytest.raises(EngineUnavailable):
        silent.current()


def test_nobody_waits_as_long_for_a_check_as_for_publishing() -> None:
    assert client.VALIDATE_SECONDS < client.PUBLISH_SECONDS
