import logging

import pytest

from tradewind.config.logs import HIDDEN, Redact, redact


@pytest.mark.parametrize(
    "text",
    [
        "password=hunter2",
        "{'password': 'hunter2', 'user': 'x'}",
        '{"engine_key": "hunter2"}',
        "Authorization: Bearer hunter2hunter2",
        "TRADEWIND_SECRET_KEY=hunter2",
        "TRADEWIND_ENGINE_KEY: hunter2",
        "postgres://ann:hunter2@db.example/tradewind",
        "GET /x?token=hunter2&page=2",
        "api-key=hunter2",
    ],
)
def test_a_secret_is_hidden(text: str) -> None:
    hidden = redact(text)
    assert "hunter2" not in hidden
    assert HIDDEN in hidden


@pytest.mark.parametrize(
    "text", ["GET /desk/?q=maya 200", "the key of the map is in the drawer", "https://db.example/path", "monkey=3"]
)
def test_other_text_stays(text: str) -> None:
    assert redact(text) == text


def test_a_record_is_rewritten_with_its_arguments() -> None:
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, "sign-in with %s", ("token=hunter2",), None)
    assert Redact().filter(record)
    assert record.getMessage() == f"sign-in with token={HIDDEN}"
