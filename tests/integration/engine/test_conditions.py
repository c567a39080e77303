"""One condition at a time: what the rule builder asks while somebody types."""

from __future__ import annotations

from tests.engines import RunningEngine

CHECK = "/v1/conditions/check"


def test_a_good_condition_comes_back_as_a_tree(published: RunningEngine) -> None:
    answer = published.call("POST", CHECK, {"expression": "customer.tenure_months >= 24.0"}, scope="read")
    assert answer.status == 200
    assert answer.json["faults"] == []
    assert answer.json["type"] == "boolean"
    assert isinstance(answer.json["ast"], dict)


def test_a_malformed_condition_is_an_answer_with_line_and_column(published: RunningEngine) -> None:
    answer = published.call("POST", CHECK, {"expression": "true &&\n  customer.tenure_months >="}, scope="read")
    assert answer.status == 200
    assert answer.json["ast"] is None
    (fault,) = answer.json["faults"]
    assert fault["path"] == "/expression"
    assert fault["line"] == 2


def test_unknown_names_are_faults_against_the_running_publication_or_the_given_groups(published: RunningEngine) -> None:
    expression = "basket.total > 10.0"
    unknown = published.call("POST", CHECK, {"expression": expression}, scope="read")
    assert [fault["column"] for fault in unknown.json["faults"]] == [1]
    groups = [{"name": "basket", "attributes": [{"name": "total", "type": "number"}]}]
    known = published.call("POST", CHECK, {"expression": expression, "condition_groups": groups}, scope="read")
    assert known.json["faults"] == []


def test_an_expression_that_is_too_long_is_refused(published: RunningEngine) -> None:
    answer = published.call("POST", CHECK, {"expression": "x" * 8001}, scope="read")
    assert (answer.status, answer.codes) == (422, ["wrong_length"])


def test_the_contact_history_may_be_asked_with_arguments_that_are_written_out(published: RunningEngine) -> None:
    good = "times('shown', days(30)) < 3 && times_of('rejected', 'fibre', hours(12)) == 0 && now() > now() - days(1)"
    assert published.call("POST", CHECK, {"expression": good}, scope="read").json["faults"] == []
    bad = "times('seen', days(30)) < 3\n|| times('shown', days(9999), 'a') > 0"
    faults = published.call("POST", CHECK, {"expression": bad}, scope="read").json["faults"]
    assert [(fault["code"], fault["line"], fault["column"]) for fault in faults] == [
        ("unknown_kind", 1, 7),
        ("bad_window", 2, 19),
    ]
