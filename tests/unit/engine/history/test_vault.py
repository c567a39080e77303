"""The vault knows who is who; nobody else does."""

import random
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from tradewind.engine.history import BrokenSeal, Subject, Vault
from tradewind.engine.history import vault as vaults


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.sqlite"


def test_a_customer_has_one_reference_for_ever(path: Path) -> None:
    vault = Vault(path)
    subject = vault.subject_of("c-1029")
    assert vault.subject_of("c-1029") == subject
    assert vault.subject_of("c-1030").ref != subject.ref
    vault.close()
    again = Vault(path)
    assert again.subject_of("c-1029") == subject
    assert again.customer_of(subject.ref) == "c-1029"
    again.close()


def test_looking_a_customer_up_creates_nothing() -> None:
    vault = Vault(None)
    assert vault.find("c-1") is None
    assert vault.find("c-1") is None
    subject = vault.subject_of("c-1")
    assert vault.find("c-1") == subject


def test_a_new_subject_is_on_the_disk_before_it_is_returned(path: Path) -> None:
    vault = Vault(path)
    subject = vault.subject_of("c-1")
    other = Vault(path)
    assert other.find("c-1") == subject
    assert vault._file.pragma("synchronous") == 2
    other.close()
    vault.close()


def test_what_is_sealed_is_opened_for_the_same_fact_only() -> None:
    vault = Vault(None)
    subject = vault.subject_of("c-1")
    sealed = vault.seal(subject, b"fact-1", b"Ana")
    assert vault.unseal(subject.ref, b"fact-1", sealed) == b"Ana"
    assert vault.seal(subject, b"fact-1", b"Ana") != sealed
    for associated, content in ((b"fact-2", sealed), (b"fact-1", sealed[:-1] + b"\0"), (b"fact-1", b"short")):
        with pytest.raises(BrokenSeal):
            vault.unseal(subject.ref, associated, content)
    with pytest.raises(BrokenSeal):
        vault.unseal(vault.subject_of("c-2").ref, b"fact-1", sealed)


def test_what_nobody_has_the_key_to_cannot_be_opened() -> None:
    vault = Vault(None)
    assert vault.unseal("0" * 32, b"fact", b"x" * 40) is None
    assert vault.customer_of("0" * 32) is None


def test_no_file_holds_a_customers_id_in_the_clear(path: Path) -> None:
    vault = Vault(path)
    vault.subject_of("customer-1029-of-larkfield")
    files = list(path.parent.iterdir())
    assert len(files) > 1
    assert not any(b"customer-1029" in file.read_bytes() for file in files)
    vault.close()


def test_only_the_owner_may_read_the_file(path: Path) -> None:
    Vault(path).close()
    assert path.stat().st_mode & 0o077 == 0


def test_more_customers_than_are_remembered_keep_their_references(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vaults, "REMEMBERED", 3)
    vault = Vault(None)
    subjects = {f"c-{number}": vault.subject_of(f"c-{number}") for number in range(10)}
    assert len(vault._known) == 3
    assert {customer: vault.subject_of(customer) for customer in subjects} == subjects


def test_no_more_than_so_many_ciphers_are_kept_and_all_seal_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vaults, "CIPHERS", 3)
    vault = Vault(None)
    subjects = [vault.subject_of(f"c-{number}") for number in range(6)]
    for subject in [*subjects, *subjects]:
        assert vault.unseal(subject.ref, b"fact", vault.seal(subject, b"fact", b"Ana")) == b"Ana"
        assert len(vault._ciphers) <= 3


def test_ciphers_are_kept_of_the_customers_who_were_sealed_for_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vaults, "CIPHERS", 2)
    vault = Vault(None)
    ana, bela, carla = (vault.subject_of(customer) for customer in ("ana", "bela", "carla"))
    assert not vault._ciphers
    for subject in (ana, bela, ana, carla):
        vault.seal(subject, b"fact", b"said")
    assert list(vault._ciphers) == [ana.ref, carla.ref]


def test_nothing_of_a_wiped_key_is_kept_in_memory() -> None:
    vault = Vault(None)
    subject, other = vault.subject_of("c-1"), vault.subject_of("c-2")
    for each in (subject, other):
        vault.seal(each, b"fact", b"Ana")
    vault.forget([subject.ref])
    assert list(vault._ciphers) == [other.ref]


def test_each_vault_hashes_with_its_own_secret(tmp_path: Path) -> None:
    hashes = set()
    for name in ("a", "b"):
        Vault(tmp_path / name).subject_of("c-1")
        hashes.add(apsw.Connection(str(tmp_path / name)).execute("SELECT customer_hash FROM customer").get)
    assert len(hashes) == 2


def everything(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(path.parent.iterdir()))


def lies_in(found: bytes, key: bytes) -> bool:
    """Whether half a key is there: a slot may lie on two pages."""
    return key[:16] in found or key[16:] in found


def test_whoever_is_forgotten_is_nobody_and_comes_back_as_somebody_else(path: Path) -> None:
    vault = Vault(path)
    subject, other = vault.subject_of("c-1"), vault.subject_of("c-2")
    sealed = vault.seal(subject, b"fact", b"Ana")
    assert vault.forget([subject.ref, "0" * 32]) == ["c-1"]
    assert vault.forget([subject.ref]) == []
    assert (vault.find("c-1"), vault.at(subject.ref), vault.customer_of(subject.ref)) == (None, None, None)
    assert vault.unseal(subject.ref, b"fact", sealed) is None
    assert vault.subject_of("c-1").ref != subject.ref
    assert vault.subject_of("c-2") == other
    vault.close()


def test_no_file_holds_the_key_of_whoever_was_forgotten(path: Path) -> None:
    """Also where rows were moved between pages a thousand times, which leaves copies of them behind."""
    vault = Vault(path)
    vault._file.pragma("synchronous", "off")
    draw = random.Random(7)
    kept, forgotten = {}, []
    for number in range(1500):
        kept[f"c-{number}"] = vault.subject_of(f"c-{number}")
        if number % 3 == 0:
            forgotten.append(kept.pop(draw.choice(list(kept))))
            vault._wipe(forgotten[-1].ref)
    vault.forget([])
    found = everything(path)
    assert all(lies_in(found, subject.key) for subject in kept.values())
    assert not any(lies_in(found, subject.key) for subject in forgotten)
    assert not any(bytes.fromhex(subject.ref) in found for subject in forgotten)
    vault.close()


def test_a_log_that_somebody_reads_is_reported_and_emptied_by_the_next_call(path: Path) -> None:
    vault, reader = Vault(path), apsw.Connection(str(path))
    subject = vault.subject_of("c-1")
    vault._file.set_busy_timeout(1)
    with reader:
        reader.execute("SELECT * FROM secret").fetchall()
        with pytest.raises(vaults.StillInUse):
            vault.forget([subject.ref])
    assert vault.forget([subject.ref]) == []
    assert subject.key not in everything(path)
    reader.close()
    vault.close()


def test_keys_that_an_earlier_version_kept_as_rows_are_taken_over(path: Path) -> None:
    vault = Vault(path)
    subject = vault.subject_of("c-1")
    row = (vault._hash("c-1"), subject.ref, subject.key, vault.seal(subject, subject.ref.encode(), b"c-1"))
    vault._file.execute("DELETE FROM customer; DELETE FROM reference; DELETE FROM slots; UPDATE taken SET slots = 0")
    vault._file.execute(
        "CREATE TABLE subject (customer_hash BLOB PRIMARY KEY, ref TEXT NOT NULL UNIQUE, key BLOB NOT NULL,"
        " customer BLOB NOT NULL) STRICT, WITHOUT ROWID"
    )
    vault._file.execute("INSERT INTO subject VALUES (?, ?, ?, ?)", row)
    vault.close()
    again = Vault(path)
    assert again.subject_of("c-1") == subject
    assert again.customer_of(subject.ref) == "c-1"
    again.forget([subject.ref])
    assert subject.key not in everything(path)
    again.close()


@pytest.mark.parametrize(
    "look",
    [
        lambda vault, subject, sealed: vault.unseal(subject.ref, b"fact", sealed),
        lambda vault, subject, _: vault.customer_of(subject.ref),
        lambda vault, _subject, _sealed: vault.find("c-1"),
    ],
)
def test_whoever_is_forgotten_between_two_steps_of_a_reader_is_forgotten(
    path: Path, monkeypatch: pytest.MonkeyPatch, look: Callable[[Vault, Subject, bytes], object]
) -> None:
    vault, reader = Vault(path), Vault(path)
    subject = vault.subject_of("c-1")
    sealed = vault.seal(subject, b"fact", b"Ana")
    read = reader._slots.read

    def read_late(slot: int) -> tuple[bytes, bytes]:
        vault.forget([subject.ref])
        return read(slot)

    monkeypatch.setattr(reader._slots, "read", read_late)
    assert look(reader, subject, sealed) is None
    reader.close()
    vault.close()
