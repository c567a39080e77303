"""A table is read whole, or refused with everything that is wrong with it."""

from pathlib import Path

import pytest
from tests.unit.engine.lab.made import written

from tradewind.engine.lab.tables import Table, UnusableFile, read_table

GOOD = "age,plan,fibre,answer\n31,basic,yes,care\n,gold,no,speed\n58,basic,no,care\n"


def faults(path: Path, target: str = "answer") -> tuple[str, ...]:
    with pytest.raises(UnusableFile) as refused:
        read_table(path, target)
    return refused.value.faults


def read(folder: Path, text: str) -> Table:
    return read_table(written(folder, text), "answer")


def test_each_class_becomes_an_offer_and_the_label_is_no_attribute(tmp_path: Path) -> None:
    table = read(tmp_path, GOOD)
    assert table.problem.offers == ("care", "speed")
    assert table.problem.hindsight == (2 / 3, 1 / 3)
    assert [attribute.name for attribute in table.problem.attributes] == ["age", "plan", "fibre"]
    assert table.rows == ((31.0, "basic", True), (None, "gold", False), (58.0, "basic", False))
    assert table.labels == (0, 1, 0)


def test_types_are_inferred_from_what_is_known(tmp_path: Path) -> None:
    table = read(tmp_path, GOOD)
    assert [attribute.type for attribute in table.problem.attributes] == ["number", "category", "boolean"]
    assert (table.problem.attributes[0].least, table.problem.attributes[0].most) == (31.0, 58.0)
    assert table.problem.attributes[1].values == ("basic", "gold")


def test_a_column_with_one_word_among_numbers_is_a_category(tmp_path: Path) -> None:
    text = "a,b,c,answer\n1,inf,,x\nmany,2,,y\n"
    assert [attribute.type for attribute in read(tmp_path, text).problem.attributes] == ["category"] * 3


def test_classes_that_are_numbers_stand_in_their_order(tmp_path: Path) -> None:
    assert read(tmp_path, "a,answer\n1,10\n2,9\n3,x\n").problem.offers == ("9", "10", "x")


def test_semicolons_tabs_quotes_and_a_byte_order_mark_are_understood(tmp_path: Path) -> None:
    assert read(tmp_path, '\ufeffage;answer\n"3";"a;b"\n4;c\n').problem.offers == ("a;b", "c")
    assert read(tmp_path, "age\tanswer\n3\ta\n4\tc\n").problem.offers == ("a", "c")
    assert read(tmp_path, 'age,answer\n3,"two\nlines"\n4,c\n').problem.offers == ("c", "two\nlines")


@pytest.mark.parametrize("mark", ["\u2028", "\x85", "\x0b", "\x0c", "\x1e"])
def test_only_line_feeds_and_carriage_returns_end_a_line(tmp_path: Path, mark: str) -> None:
    assert read(tmp_path, f"age,answer\n3,a{mark}b\r\n4,c\r5,c\n").problem.offers == (f"a{mark}b", "c")
    assert faults(written(tmp_path, f"age,answer\n1,a{mark}b\n1\n")) == ("the header has 2 columns, but line 3 has 1",)


def test_what_separates_is_not_looked_for_inside_quotes(tmp_path: Path) -> None:
    table = read(tmp_path, '"age, in years";"plan, if any";answer\n3;x;a\n4;y;b\n')
    assert [attribute.name for attribute in table.problem.attributes] == ["age, in years", "plan, if any"]
    assert faults(written(tmp_path, '"a, b";c\n1;2\n')) == ("no column is called answer; there are a, b, c",)


def test_rows_without_a_label_are_left_out_and_counted(tmp_path: Path) -> None:
    table = read(tmp_path, "age,answer\n1,a\n2,\n3,b\n4,NA\n")
    assert (len(table.rows), table.left_out) == (2, 2)


def test_a_name_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    assert faults(tmp_path / "nowhere.csv") == (f"{tmp_path / 'nowhere.csv'}: there is no such file",)
    assert faults(written(tmp_path, GOOD), "wish") == ("no column is called wish; there are age, plan, fibre, answer",)


def test_a_folder_an_empty_file_and_a_header_alone_are_refused(tmp_path: Path) -> None:
    assert "Is a directory" in faults(tmp_path)[0]
    assert faults(written(tmp_path, " \n\n")) == (f"{tmp_path / 'table.csv'} is empty",)
    assert faults(written(tmp_path, "age,answer\n")) == (f"{tmp_path / 'table.csv'} has a header and no rows",)


def test_one_class_and_too_many_classes_are_refused(tmp_path: Path) -> None:
    assert "one class only" in faults(written(tmp_path, "age,answer\n1,a\n2,a\n"))[0]
    many = "age,answer\n" + "".join(f"1,{number}\n" for number in range(1001))
    assert faults(written(tmp_path, many)) == ("answer has 1,001 classes, 1,000 at most can be offers",)
    assert faults(written(tmp_path, "age,answer\n1,\n2,?\n")) == ("answer has no value in any row",)
    assert faults(written(tmp_path, "answer\na\nb\n")) == ("there is no column beside answer",)


def test_a_thousand_classes_are_taken(tmp_path: Path) -> None:
    many = "age,answer\n" + "".join(f"1,{number}\n" for number in range(1000))
    assert len(read(tmp_path, many).problem.offers) == 1000


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    assert faults(written(tmp_path, "age,age,plan\n1,2,3\n1,2\n1,2,3\n1,2,3,4\n")) == (
        "2 columns are called age",
        "the header has 3 columns, but line 3 has 2, line 5 has 4",
        "no column is called answer; there are age, age, plan",
    )


def test_ragged_rows_are_named_by_the_line_they_end_on_and_many_are_counted(tmp_path: Path) -> None:
    assert "line 3 has 3" in faults(written(tmp_path, 'age,answer\n1,"a\nb",3\n'))[0]
    text = "age,answer\n" + "1\n" * 14
    assert faults(written(tmp_path, text))[0].endswith("line 11 has 1 and 4 more lines")


def test_what_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes(b"age,answer\n1,a\n2,caf\xe9\n")
    assert faults(path) == (f"{path} is not UTF-8: line 3 has the byte 0xe9",)


def test_a_quote_that_never_ends_is_refused(tmp_path: Path) -> None:
    assert "line" in faults(written(tmp_path, 'age,answer\n1,"a\n2,b\n'))[0]


def test_a_name_in_quotes_may_go_on_in_the_next_line(tmp_path: Path) -> None:
    table = read(tmp_path, '"age\nin years, if known";"plan";answer\n3;x;a\n4;y;b\n')
    assert [attribute.name for attribute in table.problem.attributes] == ["age\nin years, if known", "plan"]
    assert faults(written(tmp_path, '"a\nb";c\n1\n')) == (
        "the header has 2 columns, but line 3 has 1",
        "no column is called answer; there are a\nb, c",
    )


@pytest.mark.parametrize("text", ["age,{}\n1,a\n", 'age,"{}\n1,a\n', "age,answer\n1,{}\n2,b\n"])
def test_a_cell_without_end_is_a_refusal(tmp_path: Path, text: str) -> None:
    assert "larger than field limit" in faults(written(tmp_path, text.format("x" * 200_000)))[0]


def test_codes_with_an_underscore_are_no_numbers(tmp_path: Path) -> None:
    table = read(tmp_path, "period,answer\n2024_01,a\n2024_02,b\n")
    assert table.problem.attributes[0].values == ("2024_01", "2024_02")
