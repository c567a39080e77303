"""New customers who come at once share a write, and everybody gets their own key."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tradewind.engine.history import Subject
from tradewind.engine.service.subjects import Subjects


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.sqlite"


def test_customers_who_come_at_once_are_made_together(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subjects = Subjects(path)
    made = subjects._maker.subjects_of
    batches: list[list[str]] = []

    def noted(names: list[str]) -> list[Subject]:
        batches.append(list(names))
        return made(names)

    monkeypatch.setattr(subjects._maker, "subjects_of", noted)

    async def arrive() -> None:
        await asyncio.gather(*(subjects.made(f"c-{number % 40}", ()) for number in range(80)))

    asyncio.run(arrive())
    assert sum(map(len, batches)) == 80
    assert len(batches) < 40
    found = [subjects.known(f"c-{number}") for number in range(40)]
    assert len({subject.ref for subject in found if subject}) == 40
    subjects.close()


def test_a_caller_who_gives_up_does_not_take_the_others_along(path: Path) -> None:
    subjects = Subjects(path)

    async def arrive() -> None:
        tasks = [asyncio.create_task(subjects.made(f"c-{number}", ())) for number in range(10)]
        await asyncio.sleep(0)
        tasks[3].cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes].count(asyncio.CancelledError) == 1

    asyncio.run(arrive())
    assert all(subjects.known(f"c-{number}") for number in range(10))
    subjects.close()


def test_somebody_erased_gets_another_reference(path: Path) -> None:
    subjects = Subjects(path)
    asyncio.run(subjects.made("c-1", ()))
    first = subjects.known("c-1")
    assert first is not None
    subjects._recent.clear()
    asyncio.run(subjects.made("c-1", {first.ref}))
    again = subjects.known("c-1")
    assert again is not None
    assert again.ref != first.ref
    subjects.close()


def test_no_cipher_of_somebody_forgotten_is_kept(path: Path) -> None:
    subjects = Subjects(path)
    asyncio.run(subjects.made("c-1", ()))
    subject = subjects.known("c-1")
    assert subject is not None
    subjects.vault.seal(subject, b"fact", b"Ana")
    asyncio.run(subjects.forget([subject.ref]))
    assert not subjects.vault._ciphers
    assert not subjects._maker._ciphers
    subjects.close()
