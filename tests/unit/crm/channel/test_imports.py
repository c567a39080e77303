"""Files of partners: looked at row by row, written as a whole or not at all."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import pytest
from django.db import IntegrityError
from openpyxl import Workbook
from stdnum.ro import cui
from tests.cast import Cast
from tests.partnership import DANUBE_VAT_ID, SOIMUL_CUI, enlisted

from tradewind.crm.channel.bulk import runs
from tradewind.crm.channel.bulk.runs import carry_out, look
from tradewind.crm.channel.bulk.write import write
from tradewind.crm.channel.models import (
    ImportRefused,
    ImportState,
    Partner,
    PartnerImport,
    PartnerType,
    Status,
)
from tradewind.crm.channel.recurring import take_up_imports
from tradewind.crm.parties.models import Ancestry, Organisation

pytestmark = pytest.mark.both_databases

HEAD = ("company", "vat_id", "city", "type", "status")

type Bring = Callable[..., PartnerImport]


def as_csv(rows: Iterable[Sequence[str]], *, head: Sequence[str] = HEAD, delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([head, *rows])
    return text.getvalue().encode()


@pytest.fixture
def bring(cast: Cast, now: datetime) -> Bring:
    """Bring a file in and let the worker look at it."""

    def bringing(content: bytes, name: str = "partners.csv") -> PartnerImport:
        run = PartnerImport.objects.create(file_name=name, content=content, uploaded_at=now, uploaded_by=cast.claire)
        assert take_up_imports(now) == 1
        run.refresh_from_db()
        return run

    return bringing


def told(run: PartnerImport) -> list[tuple[int, str, str]]:
    return list(run.lines.values_list("number", "outcome", "said"))


def test_a_look_says_of_each_row_what_would_become_of_it_and_writes_nothing(
    cast: Cast, now: datetime, bring: Bring
) -> None:
    PartnerType.objects.create(code="reseller", name="Reseller", name_ro="Revânzător")
    enlisted(cast.camden, actor=cast.claire, now=now, vat_id=SOIMUL_CUI)
    same = ("Camden Computers", "185 472 90", "London", "", "")
    run = bring(
        as_csv(
            [
                ("Dunărea IT", DANUBE_VAT_ID, "Galați", "revanzator", ""),
                same,
                ("", "", "", "", ""),
                ("Camden Computers Ltd", "RO41000008", "", "", ""),
                ("Larkfield", "RO41000009", "", "", ""),
                ("", "RO41079193", "", "", ""),
                ("Greenwich", "", "", "wholesaler", ""),
                ("Dunarea", "RO 143 998 40", "", "", ""),
                ("Camden Computers", "", "", "", ""),
                ("Borough", "", "", "", "suspended"),
            ]
        )
    )
    assert (run.state, run.rows_total, run.rows_done) == (ImportState.CHECKED, 9, 9)
    outcomes = {number: (outcome, said) for number, outcome, said in told(run)}
    assert outcomes[2] == ("new", "")
    assert outcomes[3] == ("same", "")
    assert outcomes[5] == ("new", "There is a partner of this name with another VAT id.")
    assert outcomes[6][0] == "wrong"
    assert "check digit" in outcomes[6][1]
    assert outcomes[7] == ("wrong", "Partner: This field is required.")
    assert outcomes[8] == ("wrong", "Type: “wholesaler” is not known.")
    assert outcomes[9] == ("wrong", "The same company as in row 2.")
    assert outcomes[10][0] == "wrong"
    assert "has a VAT id" in outcomes[10][1]
    assert outcomes[11] == ("wrong", "A new partner is being recruited or active.")
    assert Partner.objects.count() == 1
    with pytest.raises(ImportRefused):
        run.confirm(actor=cast.claire, now=now)


def test_a_file_is_written_as_a_whole(cast: Cast, now: datetime, bring: Bring) -> None:
    camden = enlisted(cast.camden, actor=cast.claire, now=now)
    run = bring(
        as_csv(
            [
                ("Camden Computers", SOIMUL_CUI, "Camden Town", "", "being recruited"),
                ("Dunărea IT SRL", DANUBE_VAT_ID, "Galați", "", "Activ"),
            ]
        )
    )
    assert [outcome for _number, outcome, _said in told(run)] == ["changed", "new"]
    run.confirm(actor=cast.claire, now=now)
    assert take_up_imports(now) == 1
    run.refresh_from_db()
    assert run.state == ImportState.WRITTEN
    camden.refresh_from_db()
    assert (camden.vat_id, camden.organisation.city) == (SOIMUL_CUI, "Camden Town")
    made = Partner.objects.get(vat_id=DANUBE_VAT_ID)
    assert (made.name_key, made.standing(), made.statuses.get().started_by) == ("dunareait", Status.ACTIVE, cast.claire)
    assert Ancestry.objects.filter(ancestor=made.organisation, descendant=made.organisation, depth=0).exists()
    assert camden.activities.latest("activity__happened_at", "pk").activity.detail == {
        "fields": ["VAT id or CUI", "City"]
    }
    with pytest.raises(ImportRefused):
        run.confirm(actor=cast.claire, now=now)
    assert take_up_imports(now) == 0


def test_one_wrong_row_of_fifty_thousand_is_named_and_nothing_is_written(
    cast: Cast, now: datetime, bring: Bring
) -> None:
    numbers = [f"{body}{cui.calc_check_digit(str(body))}" for body in range(2_000_000, 2_050_000)]
    numbers[31_337 - 2] = "20313360"  # row 31,337 of the sheet, whose first row names the columns
    run = bring(as_csv([(f"Company {number}", number, "Iași", "", "") for number in numbers]))
    assert run.rows_total == run.rows_done == 50_000
    (wrong,) = run.lines.filter(outcome="wrong")
    assert wrong.number == 31_337
    assert "check digit" in wrong.said
    assert run.counts() == {"wrong": 1, "new": 49_999, "changed": 0, "same": 0}
    with pytest.raises(ImportRefused, match="A row is wrong"):
        run.confirm(actor=cast.claire, now=now)
    assert take_up_imports(now) == 0
    assert not Partner.objects.exists()
    assert not Organisation.objects.filter(name__startswith="Company").exists()


def test_what_changed_after_the_look_is_looked_at_again(cast: Cast, now: datetime, bring: Bring) -> None:
    run = bring(as_csv([("Dunărea IT", DANUBE_VAT_ID, "", "", ""), ("Șoimul", SOIMUL_CUI, "", "", "")]))
    run.confirm(actor=cast.claire, now=now)
    enlisted("Dunărea IT", actor=cast.claire, now=now, vat_id=DANUBE_VAT_ID)
    take_up_imports(now)
    run.refresh_from_db()
    assert (run.state, [outcome for _n, outcome, _s in told(run)]) == (ImportState.CHECKED, ["same", "new"])
    assert "Nothing was written" in run.reason
    assert Partner.objects.count() == 1


def test_a_write_that_breaks_in_the_middle_leaves_nothing(
    cast: Cast, now: datetime, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bring(as_csv([("Dunărea IT", DANUBE_VAT_ID, "", "", ""), ("Șoimul", SOIMUL_CUI, "", "", "")]))

    def broken(plan: object, **how: object) -> None:
        write(plan, **how)  # type: ignore[arg-type]  # as it was called
        raise IntegrityError("the VAT id of somebody else")

    monkeypatch.setattr(runs, "write", broken)
    run.confirm(actor=cast.claire, now=now)
    take_up_imports(now)
    run.refresh_from_db()
    assert run.state == ImportState.CHECKED
    assert not Partner.objects.exists()


def test_a_fault_of_ours_ends_the_run_instead_of_trying_for_ever(
    cast: Cast, now: datetime, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bring(as_csv([("Dunărea IT", DANUBE_VAT_ID, "", "", "")]))
    run.confirm(actor=cast.claire, now=now)

    def broken(plan: object, **how: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(runs, "write", broken)
    with pytest.raises(RuntimeError):
        take_up_imports(now)
    run.refresh_from_db()
    assert (run.state, "nothing was written" in run.reason) == (ImportState.FAILED, True)
    assert take_up_imports(now) == 0
    assert not Partner.objects.exists()


def test_signs_that_no_database_keeps_are_left_out(bring: Bring) -> None:
    run = bring(as_csv([("Dun\x00area", "RO41000009", "", "", "")]))
    assert run.lines.get().company == "Dunarea"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_however_its_cells_are_parted(bring: Bring, delimiter: str) -> None:
    head = ("Partener", "Cod de TVA sau CUI", "Localitate", "Since")
    run = bring(
        b"\xef\xbb\xbf"
        + as_csv([("Dunărea, IT; și fiii", DANUBE_VAT_ID, "'=Galați", "x")], head=head, delimiter=delimiter)
    )
    assert told(run) == [(2, "new", "")]
    assert run.ignored == "Since"


def test_an_xlsx_is_read(cast: Cast, now: datetime, bring: Bring) -> None:
    book = Workbook()
    for row in (HEAD, ("Dunărea IT", 14399840, "Galați", None, None)):
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    run = bring(held.getvalue(), "partners.xlsx")
    assert told(run) == [(2, "new", "")]
    run.confirm(actor=cast.claire, now=now)
    take_up_imports(now)
    assert Partner.objects.get().vat_id == DANUBE_VAT_ID


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.csv", "no column for the company"),
        (b"company\n", "a.csv", "no row"),
        (b"vat_id\n1\n", "a.csv", "no column for the company"),
        (b"company,Partner\na,b\n", "a.csv", "Two columns are the same"),
        ("company\nȘoim".encode("utf-16"), "a.csv", "CSV UTF-8"),
        (b"company\nx", "a.xlsx", "cannot be read as XLSX"),
        (b"PK\x03\x04 nothing", "a.xlsx", "cannot be read as XLSX"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(bring: Bring, content: bytes, name: str, said: str) -> None:
    run = bring(content, name)
    assert run.state == ImportState.FAILED
    assert said in run.reason


def test_a_report_speaks_the_language_of_who_brought_the_file_in(cast: Cast, now: datetime) -> None:
    cast.claire.language = "ro"
    cast.claire.save()
    content = as_csv([("X", "RO41000009", "", "", "")])
    run = PartnerImport.objects.create(file_name="a.csv", content=content, uploaded_at=now, uploaded_by=cast.claire)
    look(run, now=now)
    assert "Cifra de control" in run.lines.get().said


def test_looking_twice_reports_once(cast: Cast, now: datetime, bring: Bring) -> None:
    run = bring(as_csv([("Dunărea IT", DANUBE_VAT_ID, "", "", "")]))
    look(run, now=now)
    assert run.lines.count() == run.rows_done == 1
    carry_out(run, now=now)
    assert Partner.objects.count() == 1
