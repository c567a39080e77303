"""The demo keeps its letters, and only the demo shows them."""

import pytest
from django.core.mail import EmailMessage
from pytest_django import Settings
from tests.cast import Cast

from tradewind.crm.access import scope
from tradewind.crm.mail.backend import RowsBackend
from tradewind.crm.mail.models import KeptMail
from tradewind.crm.mail.queries import letters_of_the_demo


def letter(subject: str) -> EmailMessage:
    return EmailMessage(subject, "Bună ziua", "shop@larkfield.example", ["ana@soimul.example", "ion@soimul.example"])


@pytest.mark.django_db
def test_letters_become_rows(settings: Settings) -> None:
    settings.DEMO = True
    assert RowsBackend().send_messages([letter("one"), letter("two")]) == 2
    kept = letters_of_the_demo().first()
    assert kept is not None
    assert (kept.subject, kept.body, kept.recipients) == (
        "two",
        "Bună ziua",
        "ana@soimul.example, ion@soimul.example",
    )


@pytest.mark.django_db
def test_a_header_that_would_break_out_is_refused() -> None:
    with pytest.raises(ValueError, match="linefeed"):
        RowsBackend().send_messages([letter("one\nBcc: everybody@larkfield.example")])
    assert not KeptMail.objects.exists()


def test_nobody_reads_letters_outside_the_demo(cast: Cast, settings: Settings) -> None:
    settings.DEMO = False
    RowsBackend().send_messages([letter("one")])
    assert not letters_of_the_demo().exists()
    assert not any(scope(user, KeptMail).exists() for user in cast.everybody().values())
