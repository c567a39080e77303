"""Where an engine is said to be must be an address."""

import pytest

from tradewind.cli.replay.connection import Connection, EngineRefused


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:port", "http://127.0.0.1:99999", "http://[::1", "localhost:8100", "ftp://x", "http://", ""],
)
def test_what_is_no_address_is_said_so(url: str) -> None:
    with pytest.raises(EngineRefused, match="is no address of an engine"):
        Connection(url, "key")


@pytest.mark.parametrize("url", ["http://127.0.0.1:8100", "https://engine.example/under/a/path/", "http://[::1]:8100"])
def test_an_address_is_taken(url: str) -> None:
    Connection(url, "key").close()
