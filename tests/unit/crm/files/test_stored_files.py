"""Files are kept for what they are, whole and once; what no record knows is swept."""

from __future__ import annotations

import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from pytest_django import Settings
from tests.cast import Cast
from tests.papers import a_pdf, a_picture

from tradewind.crm.files.inspection import JPEG, MOST_BYTES, PDF, PNG, FileRefused, inspect
from tradewind.crm.files.models import StoredFile
from tradewind.crm.files.recurring import sweep


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """The real kind of storage, as settings make it."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
        },
    }
    return tmp_path


@pytest.mark.parametrize(
    ("form", "name", "kind"),
    [("PDF", "Contract.PDF", PDF), ("JPEG", "scan.jpeg", JPEG), ("JPEG", "scan.jpg", JPEG), ("PNG", "a.b.png", PNG)],
)
def test_the_kind_is_read_from_the_content(form: str, name: str, kind: str) -> None:
    found = inspect(a_picture(form), name)
    assert (found.kind, found.name) == (kind, name)


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "a.pdf", "empty"),
        (b"<html><script>alert(1)</script>", "a.pdf", "no PDF, JPEG or PNG"),
        (b"MZ\x90\x00" + bytes(200), "contract.pdf", "no PDF, JPEG or PNG"),
        (b"%PDF-1.7 broken off", "contract.pdf", "no PDF, JPEG or PNG"),
        (a_picture("PNG")[:40], "a.png", "no PDF, JPEG or PNG"),
        (a_picture("PNG"), "a.pdf", "must end with .png"),
        (a_picture("PDF"), "contract.pdf.exe", "must end with .pdf"),
        (a_picture("PDF"), "contract\u202efdp.pdf", "signs that do not show"),
        (a_picture("PDF"), "con\ntract.pdf", "signs that do not show"),
        (a_picture("PDF"), "n" * 120 + ".pdf", "longer than 120"),
        (a_picture("PDF") + bytes(MOST_BYTES), "a.pdf", "larger than 10 MB"),
    ],
)
def test_what_is_something_else_is_refused(content: bytes, name: str, says: str) -> None:
    with pytest.raises(FileRefused, match=says):
        inspect(content, name)


def test_a_picture_that_unfolds_to_more_than_a_scan_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PIL.Image.MAX_IMAGE_PIXELS", 1_000)
    with pytest.raises(FileRefused):
        inspect(a_picture("PNG", (60, 60)), "huge.png")


def test_folders_in_the_name_are_left_out() -> None:
    assert inspect(a_picture("PDF"), "C:\\scans\\../a.pdf").name == "a.pdf"


@pytest.mark.both_databases
def test_a_file_is_kept_whole_under_a_name_that_says_nothing(cast: Cast, now: datetime, folder: Path) -> None:
    file = StoredFile.objects.keep(a_pdf("Șoimul.pdf"), actor=cast.claire, now=now)
    again = StoredFile.objects.get(pk=file.pk)
    with again.content.open() as held:
        content = held.read()
    assert (again.name, again.kind, again.size) == ("Șoimul.pdf", PDF, len(content))
    assert content == a_picture("PDF")
    lies = folder / str(again.content.name)
    assert lies.name == again.uuid.hex
    assert (stat.S_IMODE(lies.stat().st_mode), stat.S_IMODE(lies.parent.stat().st_mode)) == (0o600, 0o700)


@pytest.mark.both_databases
@pytest.mark.parametrize("wrong", [{"size": 0}, {"size": MOST_BYTES + 1}, {"kind": "text/html"}, {"name": ""}])
def test_the_database_keeps_to_it_too(cast: Cast, now: datetime, wrong: dict[str, object]) -> None:
    file = StoredFile.objects.keep(a_pdf(), actor=cast.claire, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.filter(pk=file.pk).update(**wrong)


def test_bytes_without_a_record_are_swept_once_nobody_can_still_write_it(
    cast: Cast, now: datetime, folder: Path
) -> None:
    kept = StoredFile.objects.keep(a_pdf(), actor=cast.claire, now=now)
    with transaction.atomic():
        lost = StoredFile.objects.keep(a_pdf(), actor=cast.claire, now=now)
        transaction.set_rollback(True)
    assert isinstance(default_storage._wrapped, FileSystemStorage)  # type: ignore[attr-defined]
    written = default_storage.get_modified_time(str(lost.content.name))
    assert sweep(written + timedelta(hours=23)) == 0
    assert sweep(written + timedelta(hours=25)) == 1
    assert not default_storage.exists(str(lost.content.name))
    assert default_storage.exists(str(kept.content.name))


def test_a_fresh_installation_has_nothing_to_sweep(db: None, settings: Settings, tmp_path: Path, now: datetime) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "not" / "there")},
        },
    }
    assert sweep(now) == 0


def test_an_upload_that_was_read_before_is_kept_from_its_beginning(cast: Cast, now: datetime) -> None:
    uploaded = SimpleUploadedFile("a.pdf", a_picture("PDF"))
    uploaded.read()
    assert StoredFile.objects.keep(uploaded, actor=cast.claire, now=now).size == len(a_picture("PDF"))
