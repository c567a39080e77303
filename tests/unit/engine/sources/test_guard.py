"""What may be called, and what may not, whatever it looks like."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tradewind.engine.sources import Call, Fetcher, Guard, Hosts, NotAllowed, Unanswered
from tradewind.engine.sources.addresses import refusal

LITERALS = [
    "http://127.0.0.1/", "http://127.1/", "http://127.0.1/", "http://2130706433/", "http://0x7f000001/",
    "http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://017700000001/", "http://127.0.0.1.", "http://127.0.0.01/",
    "http://0/", "http://0.0.0.0/", "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/", "http://100.64.0.1/", "http://192.0.0.1/", "http://198.18.0.1/",
    "http://224.0.0.1/", "http://240.0.0.1/", "http://255.255.255.255/", "http://[::1]/", "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/", "http://[64:ff9b:1::7f00:1]/", "http://[2002:7f00:1::]/", "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/", "http://[fec0::1]/", "http://[fc00::1]/", "http://[fd12::1]/", "http://[ff02::1]/",
    "http://[2001::1]/", "http://[2001:db8::1]/", "http://[3fff::1]/", "http://[100::1]/", "http://[5f00::1]/",
]  # fmt: skip
SHAPES = [
    "http://good.example@127.0.0.1/", "http://user:pw@good.example/", "http://good.example:80@127.0.0.1/",
    "http://good.example\\@127.0.0.1/", "http://good.example\t.evil/", "http://good.example\n/",
    "http://good.example\r\nHost: evil/", "http://good.example#@127.0.0.1/", "http://good.example/#fragment",
    "http://good.example:80:81/", "http://good.example:0x50/", "http://good.example:99999/", "http://good.example./",
    "http:///good.example/", "http:good.example/", "//good.example/", "good.example", "file:///etc/passwd",
    "ftp://good.example/", "gopher://good.example/", "data:application/json,{}", "HTTP://good.example/",
    "http://GOOD.example/", "http://gооd.example/", "http://good.example/ü", "http://good.example/a b",
    "http://good.example/{x}", "http://good%2eexample/", "http://good.example%00.evil/", "http://①②⑦.0.0.1/",
    "http://good。example/", "http://[::1", "http://[good.example]/", "http://localhost/", "http://evil.example/",
    "http://good.example.evil/", "http://good.example:8080/", "https://good.example:80/", "",
]  # fmt: skip
ADDRESSES = [
    "127.0.0.1", "127.255.255.254", "10.1.2.3", "172.31.255.255", "192.168.0.1", "100.127.255.255", "0.0.0.0",
    "169.254.169.254", "192.0.2.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "198.19.255.255", "224.0.0.251",
    "239.255.255.250", "255.255.255.255", "::", "::1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::7f00:1",
    "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "2002:7f00:1::", "2002:808:808::", "fe80::1", "febf::1",
    "fec0::1", "feff::1", "fc00::1", "fdff::1", "ff02::1", "ff0e::1", "2001::1", "2001:10::1", "2001:20::1",
    "2001:db8::1", "3fff::1", "100::1", "4000::1", "fe80::1%eth0", "127.1", "0x7f000001", "2130706433", "not", "",
]  # fmt: skip


def every_shape_listed() -> Hosts:
    """The most careless list there can be: every host written above is on it."""
    good = {("good.example", None), ("localhost", None)}
    literal = {(url.removeprefix("http://").split("/")[0], None) for url in LITERALS}
    return Hosts(public=frozenset(good | literal))


@contextmanager
def canary() -> Iterator[tuple[int, list[bytes]]]:
    """A listener on loopback that notes whoever reaches it."""
    listening = socket.create_server(("127.0.0.1", 0))
    reached: list[bytes] = []

    def watch() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            reached.append(b"connected")
            connection.close()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1], reached
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def test_the_corpus_is_large_enough() -> None:
    assert len(LITERALS) + len(SHAPES) + len(ADDRESSES) >= 120


@pytest.mark.parametrize("url", LITERALS)
def test_an_address_that_is_not_public_is_refused_even_where_it_is_listed(url: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        Guard(every_shape_listed()).admit(url)
    assert refused.value.code in {"address_not_allowed", "bad_url"}


@pytest.mark.parametrize("url", [url for url in SHAPES if url != "http://localhost/"])
def test_a_url_that_two_readers_could_read_differently_is_refused(url: str) -> None:
    with pytest.raises(NotAllowed):
        Guard(every_shape_listed()).admit(url)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert refusal(address, private=False)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450:4001::1"])
def test_a_public_address_is_fine(address: str) -> None:
    assert refusal(address, private=False) is None


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "192.168.4.4", "100.64.9.9", "::1", "fd00::7"])
def test_a_marked_host_may_have_a_private_address(address: str) -> None:
    assert refusal(address, private=True) is None


@pytest.mark.parametrize("address", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "fe80::1", "::", "::ffff:127.0.0.1"])
def test_a_marked_host_may_not_have_a_link_local_or_reserved_address(address: str) -> None:
    assert refusal(address, private=True)


def test_no_entry_of_the_corpus_reaches_a_listener() -> None:
    with canary() as (port, reached):
        urls = [_with_port(url, port) for url in (*LITERALS, *SHAPES)]
        listed = frozenset((url.removeprefix("http://").split("/")[0].rsplit(":", 1)[0], port) for url in urls)

        async def to_loopback(host: str, port: int) -> list[str]:
            return ["127.0.0.1"]

        async def attempt() -> list[str]:
            fetcher = Fetcher(Guard(Hosts(public=listed)), lookup=to_loopback)
            outcomes = []
            for url in urls:
                try:
                    await fetcher.fetch(Call("GET", url), within_s=2.0)
                    outcomes.append(f"{url} answered")
                except Unanswered:
                    pass
            await fetcher.close()
            return outcomes

        assert asyncio.run(attempt()) == []
        assert reached == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_name_that_resolves_to_a_refused_address_is_not_connected_to(address: str) -> None:
    async def looked_up(host: str, port: int) -> list[str]:
        return ["8.8.8.8", address]

    async def attempt() -> str:
        fetcher = Fetcher(Guard(Hosts(public=frozenset({("good.example", None)}))), lookup=looked_up)
        try:
            await fetcher.fetch(Call("GET", "http://good.example/"), within_s=2.0)
        except Unanswered as refused:
            return refused.outcome
        finally:
            await fetcher.close()
        return "answered"

    assert asyncio.run(attempt()) == "unreachable"


@pytest.mark.parametrize("entry", ["http://x", "a b", "user@host", "host:", "host:x", "*", "*.example", "host/path"])
def test_an_entry_that_is_no_host_is_refused_at_the_start(entry: str) -> None:
    with pytest.raises(ValueError, match="TRADEWIND_ENGINE_SOURCE_HOSTS"):
        Hosts.of({"TRADEWIND_ENGINE_SOURCE_HOSTS": entry})


def test_a_host_without_a_port_has_the_usual_ones_only() -> None:
    guard = Guard(Hosts.of({"TRADEWIND_ENGINE_SOURCE_HOSTS": "good.example, other.example:8443"}))
    assert guard.admit("https://good.example/a?b=c").port == 443
    assert guard.admit("http://good.example").port == 80
    assert guard.admit("https://other.example:8443/").port == 8443
    for url in ("https://good.example:8443/", "https://other.example/"):
        with pytest.raises(NotAllowed, match="not on the list"):
            guard.admit(url)


def _with_port(url: str, port: int) -> str:
    """The same URL at the canary's port, where it has a place for one."""
    head, slash, tail = url.removeprefix("http://").partition("/")
    return f"http://{head}:{port}{slash}{tail}" if url.startswith("http://") and ":" not in head[-5:] else url
