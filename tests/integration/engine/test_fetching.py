"""The guarded fetch and the sources over it, against a server that does everything wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.sources_server import SourceServer, heard, source_server, unconnectable

from tradewind.engine import wire
from tradewind.engine.core.populating import CompiledSource, Population
from tradewind.engine.sources import Answer, Asking, Call, Fetcher, Guard, Hosts, Secrets, Sources, Unanswered
from tradewind.engine.sources.breaker import FAILURES
from tradewind.engine.sources.bulkhead import AT_ONCE

Json = dict[str, Any]


@pytest.fixture
def source() -> Iterator[SourceServer]:
    with source_server({"balance": 12.5}) as running:
        yield running


def compiled(url: str, mapping: Json | None = None, **declared: Any) -> CompiledSource:
    request = {"url": url, **declared.pop("request", {})}
    group = {
        "name": "customer",
        "attributes": [
            {"name": "id", "type": "text"},
            {"name": "balance", "type": "number", "min": 0, "max": 1000},
            {"name": "plan", "type": "category", "values": ["basic", "plus"]},
            {"name": "since", "type": "instant"},
            {"name": "products", "type": "list"},
        ],
        "populated_by": [{"event": True}, {"data_source": "billing"}],
    }
    billing = {
        "name": "billing",
        "request": request,
        "mapping": {"customer.balance": "$.balance"} if mapping is None else mapping,
        "timeout_ms": 2000,
        **declared,
    }
    content = {"wire": 1, "number": 1, "condition_groups": [group], "data_sources": [billing]}
    return Population.of(msgspec.convert(content, wire.Publication)).sources["billing"]


def asking(hosts: Hosts, *, environment: dict[str, str] | None = None, **options: Any) -> Sources:
    fetcher = Fetcher(Guard(hosts), lookup=options.pop("lookup")) if "lookup" in options else Fetcher(Guard(hosts))
    return Sources(fetcher, Secrets(environment or {}, Path("/nonexistent")), **options)


async def answer(sources: Sources, source: CompiledSource, values: Json | None = None) -> Answer:
    return await heard(sources.recall(source, {"customer.id": "c1", "customer": "c1", **(values or {})}))


def ask(hosts: Hosts, source: CompiledSource, values: Json | None = None, **options: Any) -> Answer:
    async def scene() -> Answer:
        sources = asking(hosts, **options)
        try:
            return await answer(sources, source, values)
        finally:
            await sources.close()

    return asyncio.run(scene())


def test_a_good_answer_is_mapped(source: SourceServer) -> None:
    said = ask(source.hosts, compiled(source.url("/{customer.id}")))
    assert said == Answer({"customer.balance": 12.5}, "answered")
    assert source.requests[0].path == "/c1"
    assert source.requests[0].headers["host"] == source.host


BAD = {
    "hang": "late", "headers": "late", "drip": "late", "cut": "garbled", "error": "failed", "busy": "failed",
    "missing": "refused", "garbage": "garbled", "nan": "garbled", "doubled": "garbled", "deep": "garbled",
    "big": "too_large", "bomb": "too_large", "charset": "garbled", "redirect": "failed", "reset": "unreachable",
}  # fmt: skip


@pytest.mark.parametrize(("mode", "outcome"), BAD.items())
def test_a_bad_answer_gives_nothing_and_says_why(source: SourceServer, mode: str, outcome: str) -> None:
    source.content = {"balance": 12.5, "filling": "x" * 200}
    patience_ms = 200 if outcome == "late" else 5000
    said = ask(source.hosts, compiled(source.url(f"/mode/{mode}/x"), timeout_ms=patience_ms))
    assert said == Answer({}, outcome)
    tries = 2 if mode == "reset" else 1  # a kept connection may just have been closed, so a GET is sent once more
    assert [request.path for request in source.requests] == [f"/mode/{mode}/x"] * tries


def test_a_connection_that_never_comes_about_is_late() -> None:
    with unconnectable() as port:
        hosts = Hosts(private=frozenset({("127.0.0.1", port)}))
        assert ask(hosts, compiled(f"http://127.0.0.1:{port}/", timeout_ms=200)).outcome == "late"


def test_a_name_that_never_resolves_is_late() -> None:
    async def never(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    hosts = Hosts(public=frozenset({("slow.example", None)}))
    assert ask(hosts, compiled("http://slow.example/", timeout_ms=200), lookup=never).outcome == "late"


def test_a_packed_answer_is_unpacked(source: SourceServer) -> None:
    assert ask(source.hosts, compiled(source.url("/mode/gzip/x"), timeout_ms=5000)).values == {"customer.balance": 12.5}


def test_a_large_answer_is_read_all_the_same(source: SourceServer) -> None:
    source.content = {"balance": 1, "filling": "x" * 500_000}
    assert ask(source.hosts, compiled(source.url(), timeout_ms=5000)).values == {"customer.balance": 1.0}


def test_what_was_checked_is_what_is_connected_to(source: SourceServer) -> None:
    """The name has a fit address when it is looked up, and loopback a moment later: nobody looks again."""
    asked: list[str] = []

    async def changing(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["192.0.2.7" if len(asked) == 1 else "127.0.0.1"]

    hosts = Hosts(public=frozenset({("turns.example", source.port)}))
    said = ask(hosts, compiled(f"http://turns.example:{source.port}/"), lookup=changing)
    assert said.outcome in {"unreachable", "late"}
    assert asked == ["turns.example"]
    assert source.requests == []


def test_a_name_of_a_marked_host_is_connected_to_and_kept_in_the_request(source: SourceServer) -> None:
    async def inside(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    hosts = Hosts(private=frozenset({("billing.internal", source.port)}))
    said = ask(hosts, compiled(f"http://billing.internal:{source.port}/"), lookup=inside)
    assert said.values == {"customer.balance": 12.5}
    assert source.requests[0].headers["host"] == f"billing.internal:{source.port}"


def test_the_last_check_is_where_the_connection_is_made(source: SourceServer, monkeypatch: Any) -> None:
    """Even a resolver that checks nothing does not lead to a private address."""
    from tradewind.engine.sources import resolving

    async def blind(self: Any, host: str, port: int = 0, family: Any = None) -> Any:
        return [resolving._result(host, port, "127.0.0.1")]

    monkeypatch.setattr(resolving.CheckedResolver, "resolve", blind)
    hosts = Hosts(public=frozenset({("blind.example", source.port)}))
    assert ask(hosts, compiled(f"http://blind.example:{source.port}/")).outcome == "unreachable"
    assert source.requests == []


def test_proxies_of_the_environment_are_not_used(source: SourceServer, monkeypatch: Any) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, source.url("/proxy"))
    with unconnectable() as port:
        hosts = Hosts(private=frozenset({("127.0.0.1", port)}))
        assert ask(hosts, compiled(f"http://127.0.0.1:{port}/", timeout_ms=200)).outcome == "late"
    assert source.requests == []


def test_a_host_that_is_not_listed_is_not_asked(source: SourceServer) -> None:
    assert ask(Hosts(), compiled(source.url())).outcome == "not_allowed"
    assert source.requests == []


def test_the_secret_is_sent_and_nowhere_else(source: SourceServer, caplog: Any) -> None:
    declared = compiled(
        source.url("/mode/error/x"),
        request={"headers": {"Authorization": {"secret": "billing"}, "X-Who": "{customer}"}},
    )
    said = ask(source.hosts, declared, environment={"TRADEWIND_ENGINE_SECRET_BILLING": "Bearer hush"})
    assert source.requests[0].headers["authorization"] == "Bearer hush"
    assert source.requests[0].headers["x-who"] == "c1"
    call = Call("GET", "http://x/", {}, None, {"Authorization": "Bearer hush"})
    assert "hush" not in f"{said!r} {caplog.text} {call!r} {declared!r}"


def test_a_missing_secret_asks_nobody(source: SourceServer) -> None:
    declared = compiled(source.url(), request={"headers": {"Authorization": {"secret": "billing"}}})
    assert ask(source.hosts, declared).outcome == "unsendable"
    assert source.requests == []


def test_equal_questions_are_one_request_and_different_ones_are_not(source: SourceServer) -> None:
    source.behave(latency_ms=50)
    declared = compiled(source.url("/{customer.id}"))

    async def scene() -> list[Answer]:
        sources = asking(source.hosts)
        askers = [answer(sources, declared, {"customer.id": f"c{number % 2}"}) for number in range(40)]
        said = await asyncio.gather(*askers)
        await sources.close()
        return said

    assert {each.outcome for each in asyncio.run(scene())} == {"answered"}
    assert sorted(request.path for request in source.requests) == ["/c0", "/c1"]


def test_a_cached_answer_is_used_until_it_is_stale(source: SourceServer) -> None:
    declared = compiled(source.url("/{customer.id}?x={customer}"), cache_seconds=30)
    now = [0.0]

    async def scene() -> list[str]:
        sources = asking(source.hosts, clock=lambda: now[0])
        outcomes = []
        for at, who in ((0.0, "a"), (29.0, "a"), (29.0, "b"), (31.0, "a")):
            now[0] = at
            outcomes.append((await answer(sources, declared, {"customer": who})).outcome)
        sources.forget()
        outcomes.append((await answer(sources, declared, {"customer": "a"})).outcome)
        await sources.close()
        return outcomes

    assert asyncio.run(scene()) == ["answered", "cached", "answered", "answered", "answered"]


def test_a_source_that_is_down_is_left_alone_and_tried_again(source: SourceServer) -> None:
    source.behave("error")
    now = [0.0]
    declared = compiled(source.url())
    counted: list[tuple[str, str, int]] = []

    async def scene() -> list[str]:
        sources = asking(source.hosts, clock=lambda: now[0], counted=lambda *what: counted.append(what))
        outcomes = [(await answer(sources, declared)).outcome for _ in range(FAILURES + 10)]
        now[0] = 60.0
        source.behave()
        outcomes += [(await answer(sources, declared)).outcome for _ in range(2)]
        await sources.close()
        return outcomes

    assert asyncio.run(scene()) == ["failed"] * FAILURES + ["resting"] * 10 + ["answered"] * 2
    assert len(source.requests) == FAILURES + 2
    assert counted[0] == ("billing", "failed", 0)


def test_a_hundred_impatient_askers_leave_a_hanging_source_with_few_connections(source: SourceServer) -> None:
    source.behave("hang")
    declared = compiled(source.url("/{customer.id}"), timeout_ms=5000)

    async def scene() -> str:
        sources = asking(source.hosts)
        askers = [
            asyncio.create_task(answer(sources, declared, {"customer.id": f"c{number}"})) for number in range(100)
        ]
        await arrived(source, 64)
        await ended(askers)
        outcome = (await answer(sources, declared)).outcome
        await sources.close()
        return outcome

    assert asyncio.run(scene()) == "resting"
    assert len(source.requests) == 64


async def given_up(sources: Sources, source: SourceServer, *, enough_s: float, meanwhile: int) -> str:
    """How the next call ends after more than enough were cancelled that hung, and some were answered meanwhile."""
    declared = compiled(source.url("/mode/{customer.id}/{customer}"), timeout_ms=10_000)

    def asked(mode: str, number: int) -> asyncio.Task[Answer]:
        question = sources.recall(declared, {"customer.id": mode, "customer": f"c{number}"}, enough_s=enough_s)
        assert isinstance(question, Asking)
        return asyncio.get_running_loop().create_task(heard(question))

    hanging = [asked("hang", number) for number in range(FAILURES + 1)]
    await arrived(source, len(hanging))
    for number in range(meanwhile):
        assert (await asked("ok", number)).outcome == "answered"
    await ended(hanging)
    return (await answer(sources, declared, {"customer.id": "ok"})).outcome


async def arrived(source: SourceServer, number: int) -> None:
    async with asyncio.timeout(30):
        while len(source.requests) < number:
            await asyncio.sleep(0.01)


async def ended(askers: Sequence[asyncio.Task[Answer]]) -> None:
    for task in askers:
        task.cancel()
    await asyncio.gather(*askers, return_exceptions=True)
    for _ in range(5):
        await asyncio.sleep(0)  # the calls end after those who waited for them


@pytest.mark.parametrize(
    ("enough_s", "meanwhile", "outcome"), [(0.0, 0, "resting"), (60.0, 0, "answered"), (0.0, 1, "answered")]
)
def test_calls_given_up_open_the_breaker_if_they_had_enough_time_and_nothing_was_heard(
    source: SourceServer, enough_s: float, meanwhile: int, outcome: str
) -> None:
    async def scene() -> str:
        sources = asking(source.hosts)
        try:
            return await given_up(sources, source, enough_s=enough_s, meanwhile=meanwhile)
        finally:
            await sources.close()

    assert asyncio.run(scene()) == outcome


def test_calls_given_up_before_there_was_a_place_for_them_leave_the_breaker_closed(source: SourceServer) -> None:
    declared = compiled(source.url("/{customer.id}"), timeout_ms=10_000)
    source.behave("hang")

    async def scene() -> Answer | Asking:
        sources = asking(source.hosts)
        askers = [
            asyncio.create_task(answer(sources, declared, {"customer.id": f"c{number}"}))
            for number in range(AT_ONCE + FAILURES + 1)
        ]
        await arrived(source, AT_ONCE)
        await ended(askers[AT_ONCE:])
        said = sources.recall(declared, {"customer.id": "another"})
        await ended(askers)
        await sources.close()
        return said

    assert isinstance(asyncio.run(scene()), Asking)


def test_values_that_do_not_fit_are_missing_and_counted(source: SourceServer) -> None:
    source.content = {"balance": 5000, "plan": "gold", "since": "yesterday", "products": ["tv", 3]}
    mapping = {f"customer.{name}": f"$.{name}" for name in ("balance", "plan", "since", "products")}
    counted: list[int] = []
    said = ask(
        source.hosts, compiled(source.url(), mapping), counted=lambda name, how, misfits: counted.append(misfits)
    )
    assert said == Answer({}, "answered")
    assert counted == [4]


def test_a_body_is_filled_structurally(source: SourceServer) -> None:
    body = {"id": "{customer.id}", "note": "for {customer.id}", "balance": "{customer.balance}", "{customer.id}": 1}
    declared = compiled(source.url(), request={"method": "POST", "body": body})
    ask(source.hosts, declared, {"customer.id": '"},{"x":"{customer}', "customer.balance": 12.5})
    evil = '"},{"x":"{customer}'
    assert msgspec.json.decode(source.requests[0].body) == {
        "id": evil, "note": f"for {evil}", "balance": 12.5, "{customer.id}": 1
    }  # fmt: skip


SOAP = """<?xml version="1.0"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:b="urn:billing">
 <soap:Body><b:Balance><b:Customer kind="{customer.id}">{customer.id}</b:Customer></b:Balance></soap:Body>
</soap:Envelope>"""
SOAP_ANSWER = """<?xml version="1.0" encoding="UTF-8"?>
<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><r xmlns="urn:billing">
 <balance> 12.50 </balance><plan>plus</plan><since>2024-03-01T00:00:00Z</since>
 <product>tv</product><product>fibre</product></r></e:Body></e:Envelope>"""
SOAP_MAPPING = {
    "customer.balance": "//b:balance",
    "customer.plan": "//*[local-name()='plan']/text()",
    "customer.since": "string(//b:since)",
    "customer.products": "//b:product",
}


def test_a_soap_source_is_asked_and_read(source: SourceServer) -> None:
    source.behave("soap")
    source.content = SOAP_ANSWER
    request = {"method": "POST", "body": SOAP, "headers": {"SOAPAction": '"urn:billing/Balance"'}}
    declared = compiled(source.url(), SOAP_MAPPING, kind="soap", request=request)
    said = ask(source.hosts, declared, {"customer.id": "<a&\"b'>"})
    assert said.values["customer.balance"] == 12.5
    assert said.values["customer.plan"] == "plus"
    assert said.values["customer.since"].year == 2024
    assert said.values["customer.products"] == ("tv", "fibre")
    sent = source.requests[0]
    assert (sent.method, sent.headers["soapaction"]) == ("POST", '"urn:billing/Balance"')
    assert sent.headers["content-type"] == "text/xml; charset=utf-8"
    assert b"&lt;a&amp;&quot;b&apos;&gt;</b:Customer>" in sent.body


def test_a_document_type_is_not_read(source: SourceServer) -> None:
    source.behave("xxe")
    request = {"method": "POST", "body": SOAP}
    declared = compiled(source.url(), {"customer.plan": "string(/a)"}, kind="soap", request=request)
    assert ask(source.hosts, declared) == Answer({}, "garbled")


def test_https_is_checked_against_the_name(source: SourceServer) -> None:
    """A server that speaks no TLS is not talked to in the clear instead."""
    hosts = Hosts(private=frozenset({("127.0.0.1", source.port)}))

    async def scene() -> str:
        fetcher = Fetcher(Guard(hosts))
        try:
            await fetcher.fetch(Call("GET", f"https://127.0.0.1:{source.port}/"), within_s=2.0)
        except Unanswered as refused:
            return refused.outcome
        finally:
            await fetcher.close()
        return "answered"

    assert asyncio.run(scene()) in {"unreachable", "late"}
