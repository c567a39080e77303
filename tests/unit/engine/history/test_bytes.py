"""Any changed byte of a history is reported: in rows, index, unused space, header, log and sums; and none falsely."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import apsw
import pytest
from tests.unit.engine.history.made import closed

from tradewind.engine.core.events import Fact, PublicationActivated
from tradewind.engine.history import Broken, HistoryFailed, SqliteHistory, Verified, sqlite, sums, verify
from tradewind.engine.history.table import Row

PAGE = 4096
FLIPS = 6
"""Per kind of place and test."""


@dataclass(frozen=True, slots=True)
class Place:
    """Bytes `first` to before `end` of a file, and the positions that damage there must name, where it can be known."""

    suffix: str
    first: int
    end: int
    position: int | None = None


def fact(number: int, chance: random.Random) -> Fact:
    """Small and large facts with ids that scatter over the index; some fill pages of their own."""
    if number % 9:
        return closed(number)
    document = '"' + chance.randbytes(chance.choice((200, 3000, 6000))).hex() + '"'
    name = f"{chance.randbytes(8).hex()}-{number}" + "x" * chance.choice((0, 0, 1500))
    return PublicationActivated(id=name, number=number, digest="d", document=document, at=number)


def fill(history: SqliteHistory, numbers: range, chance: random.Random) -> None:
    for number in numbers:
        history.append([fact(number, chance)]).durable.result(timeout=30)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed history with pages that nothing uses any more."""
    path = tmp_path_factory.mktemp("whole") / "history.sqlite"
    file = apsw.Connection(str(path))
    file.execute("CREATE TABLE gone (x); INSERT INTO gone VALUES (randomblob(2000000)); DROP TABLE gone")
    file.close()
    history = SqliteHistory(path)
    fill(history, range(1, 401), random.Random(1))
    history.close()
    return path


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history whose writer was killed: half of it in the file, half in the write-ahead log."""
    folder = tmp_path_factory.mktemp("killed")
    path = folder / "running" / "history.sqlite"
    path.parent.mkdir()
    history = SqliteHistory(path)
    fill(history, range(1, 201), random.Random(2))
    history.close()
    history = SqliteHistory(path)
    fill(history, range(201, 260), random.Random(3))
    for file in path.parent.iterdir():
        if not file.name.endswith(("-shm", ".lock")):
            shutil.copy(file, folder / file.name)
    history.close()
    return folder / "history.sqlite"


def places(path: Path) -> dict[str, list[Place]]:
    """Where each kind of byte lies in a closed history."""
    found: dict[str, list[Place]] = {"header": [Place("", 0, 100)], "unused": [], "free": []}
    file = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    pages: list[tuple[str, str, int, int]] = []
    pages.extend(file.execute("SELECT name, pagetype, pageno, unused FROM dbstat"))
    used = set()
    raw = path.read_bytes()
    for name, kind, number, unused in pages:
        used.add(number)
        start = (number - 1) * PAGE
        found.setdefault(f"{name} {kind}", []).append(Place("", start, start + PAGE))
        if unused > 40 and kind == "leaf" and number > 1:
            cells = int.from_bytes(raw[start + 3 : start + 5], "big")
            found["unused"].append(Place("", start + 8 + 2 * cells, start + 8 + 2 * cells + unused // 2))
    count = file.pragma("page_count")
    found["free"] = [Place("", (n - 1) * PAGE, n * PAGE) for n in range(1, count + 1) if n not in used]
    found["bodies"] = list(bodies(path, file))
    file.close()
    sums = path.with_name(path.name + ".sums")
    found["sums"] = [Place(".sums", 0, sums.stat().st_size)]
    return found


@pytest.fixture(scope="module")
def places_of_whole(whole: Path) -> dict[str, list[Place]]:
    return places(whole)


def bodies(path: Path, file: apsw.Connection) -> Iterator[Place]:
    raw = path.read_bytes()
    rows: list[tuple[int, bytes]] = []
    rows.extend(file.execute("SELECT position, body FROM history WHERE length(body) < 1000"))
    for position, body in rows:
        if raw.count(body) == 1:  # elsewhere it would be an old copy, in unused space
            yield Place("", raw.index(body), raw.index(body) + len(body), position)


def flipped(path: Path, place: Place, at: int, bit: int) -> Verified | Broken:
    """What verify says of the history with one bit changed, which is put back afterwards."""
    file = path.with_name(path.name + place.suffix)
    content = file.read_bytes()
    try:
        file.write_bytes(content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :])
        return verify(path)
    finally:
        path.with_name(path.name + "-shm").unlink(missing_ok=True)
        file.write_bytes(content)


KINDS = (
    "header", "unused", "free", "bodies", "sums", "history leaf", "history internal", "history overflow",
    "sqlite_autoindex_history_1 leaf", "sqlite_autoindex_history_1 internal", "sqlite_autoindex_history_1 overflow",
    "sqlite_schema leaf", "sqlite_sequence leaf",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_flipped_bit_is_reported_wherever_it_lies(
    whole: Path, places_of_whole: dict[str, list[Place]], kind: str
) -> None:
    chance = random.Random(kind)
    choice = places_of_whole[kind]
    for _ in range(FLIPS):
        place = chance.choice(choice)
        at = chance.randrange(place.first, place.end)
        found = flipped(whole, place, at, chance.randrange(8))
        assert isinstance(found, Broken), f"byte {at}{place.suffix}"
        assert 1 <= found.position <= (found.last or found.position) <= 400, found
        if place.position is not None:
            assert found.position == place.position
    assert isinstance(verify(whole), Verified)


def test_damage_outside_the_rows_names_the_positions_of_its_page(
    whole: Path, places_of_whole: dict[str, list[Place]]
) -> None:
    chance = random.Random(5)
    for kind in ("unused", "sqlite_autoindex_history_1 leaf", "history overflow"):
        for place in chance.sample(places_of_whole[kind], 3):
            found = flipped(whole, place, place.end - 1, 0)
            assert isinstance(found, Broken)
            assert (found.position, found.last) != (1, 400), kind


def test_every_flipped_bit_of_the_log_is_reported_where_a_writer_was_killed(killed: Path) -> None:
    log = killed.with_name(killed.name + "-wal")
    chance = random.Random(6)
    size = log.stat().st_size
    heads = [32 + (PAGE + 24) * frame + offset for frame in (0, 3, 20) for offset in (0, 5, 9, 17)]
    for at in (0, 5, 9, 13, 18, 25, *heads, *(chance.randrange(32, size) for _ in range(FLIPS)), size - 1):
        found = flipped(killed, Place("-wal", 0, size), at, chance.randrange(8))
        assert isinstance(found, Broken), f"byte {at} of the log"
        assert found.position <= 259
    verified = verify(killed)
    assert isinstance(verified, Verified)
    assert (verified.head, verified.pages is not None) == (259, True)


def test_a_writer_does_not_go_on_behind_a_damaged_log(killed: Path, tmp_path: Path) -> None:
    for file in killed.parent.glob("history.sqlite*"):
        shutil.copy(file, tmp_path)
    log = tmp_path / "history.sqlite-wal"
    raw = bytearray(log.read_bytes())
    raw[-100] ^= 1
    log.write_bytes(raw)
    with pytest.raises(HistoryFailed, match="frame"):
        SqliteHistory(tmp_path / "history.sqlite")
    assert log.read_bytes() == raw


def test_a_writer_does_not_go_on_where_acknowledged_facts_are_gone(whole: Path, killed: Path, tmp_path: Path) -> None:
    for file in killed.parent.glob("history.sqlite*"):
        shutil.copy(file, tmp_path)
    (tmp_path / "history.sqlite-wal").unlink()
    with pytest.raises(HistoryFailed, match="positions up to 259 were acknowledged and are gone"):
        SqliteHistory(tmp_path / "history.sqlite")
    shutil.copy(whole.with_name("history.sqlite.sums"), tmp_path)
    with pytest.raises(HistoryFailed, match="positions up to 400"):
        SqliteHistory(tmp_path / "history.sqlite")


WRITER = """
import random
import sys
from pathlib import Path
from tests.unit.engine.history.test_bytes import fill
from tradewind.engine.history import SqliteHistory, sqlite
sqlite.CHECKPOINT = 20
history = SqliteHistory(Path(sys.argv[1]))
chance = random.Random(8)
while history.head < 3000:
    fill(history, range(history.head + 1, history.head + 6), chance)
    print(history.head, flush=True)
"""


def test_a_busy_writer_raises_no_false_alarm(tmp_path: Path) -> None:
    path, root = tmp_path / "history.sqlite", Path(__file__).parents[4]
    command, paths = [sys.executable, "-c", WRITER, str(path)], {"PYTHONPATH": f"{root}:{root / 'src'}"}
    with subprocess.Popen(command, env=paths, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        heads = []
        for _ in range(25):
            writer.stdout.readline()
            found = verify(path)
            assert isinstance(found, Verified), found
            heads.append(found.head)
        writer.kill()
    assert heads[-1] > heads[0]
    assert isinstance(verify(path), Verified)


def test_a_copy_and_a_backup_raise_no_alarm(whole: Path, tmp_path: Path) -> None:
    source = apsw.Connection(str(whole), flags=apsw.SQLITE_OPEN_READONLY)
    source.execute(f"VACUUM INTO '{tmp_path / 'vacuumed.sqlite'}'")
    copy = apsw.Connection(str(tmp_path / "backup.sqlite"))
    with copy.backup("main", source, "main") as backup:
        backup.step()
    copy.close()
    source.close()
    for name in ("vacuumed.sqlite", "backup.sqlite"):
        found = verify(tmp_path / name)
        assert isinstance(found, Verified)
        assert (found.head, found.pages) == (400, None)


def test_a_history_from_before_the_sums_gets_them_when_it_is_opened(whole: Path, tmp_path: Path) -> None:
    shutil.copy(whole, tmp_path)
    path = tmp_path / whole.name
    SqliteHistory(path).close()
    found = verify(path)
    assert isinstance(found, Verified)
    assert found.pages == whole.stat().st_size // PAGE


def test_a_copy_is_held_to_its_rows_by_the_chain_and_by_nothing_else(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A verify that forgets the chain is found out: nothing else sees a changed row of a copy."""
    copy = tmp_path / "copy.sqlite"
    source = apsw.Connection(str(whole), flags=apsw.SQLITE_OPEN_READONLY)
    source.execute(f"VACUUM INTO '{copy}'")
    source.close()
    raw = copy.read_bytes()
    at = raw.index(b'"up_to":13,')
    copy.write_bytes(raw[:at] + b'"up_to":14,' + raw[at + 11 :])
    found = verify(copy)
    assert isinstance(found, Broken)
    assert found.position == 13
    monkeypatch.setattr(Row, "wrong", lambda *_: None)
    assert isinstance(verify(copy), Verified)


@pytest.mark.parametrize("near", [1, 4, 1_000])
def test_sums_far_apart_and_close_together_are_those_of_their_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, near: int
) -> None:
    """Ids come in no order, so what a checkpoint writes of the index lies all over the file."""
    monkeypatch.setattr(sums, "_NEAR", near)
    monkeypatch.setattr(sqlite, "CHECKPOINT", 5)
    path = tmp_path / "history.sqlite"
    history = SqliteHistory(path)
    for start in range(0, 2_000, 500):
        facts = [closed(number * 7_919 % 2_003) for number in range(start, start + 500)]
        history.append(facts, unused=True).durable.result(timeout=60)
    assert isinstance(verify(path), Verified)
    history.close()
    assert isinstance(verify(path), Verified)


def test_a_page_that_was_summed_ahead_and_written_again_has_its_newer_sum(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = threading.Semaphore(0)

    class Watched(sums.PageSums):
        def look_ahead(self, *, most: int = 40) -> None:
            super().look_ahead(most=most)
            looked.release()

    monkeypatch.setattr(sqlite, "PageSums", Watched)
    monkeypatch.setattr(sqlite, "CHECKPOINT", 30)
    path = tmp_path / "history.sqlite"
    history = SqliteHistory(path)
    for number in range(1, 41):
        history.append([closed(number)]).durable.result(timeout=30)
        assert looked.acquire(timeout=30)
    history.close()
    found = verify(path)
    assert isinstance(found, Verified)
    assert found.pages == path.stat().st_size // PAGE
