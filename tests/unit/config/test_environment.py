import stat
from pathlib import Path

import pytest
from django.core.mail import mailers
from pytest_django import Settings

from tradewind.config.environment import EnvironmentFaultError, database, flag, kept_secret_key, mailer, number, words


@pytest.mark.parametrize(("said", "meant"), [("1", True), ("yes", True), ("ON", True), ("0", False), ("", False)])
def test_a_flag_is_read(said: str, meant: bool) -> None:
    assert flag({"X": said}, "X", default=not meant) is meant


def test_a_flag_that_is_not_set_has_its_default() -> None:
    assert flag({}, "X", default=True) is True


def test_a_flag_that_means_nothing_is_refused() -> None:
    with pytest.raises(EnvironmentFaultError, match="X is 'maybe'"):
        flag({"X": "maybe"}, "X")


@pytest.mark.parametrize("said", ["-1", "1.5", "many"])
def test_a_number_that_is_none_is_refused(said: str) -> None:
    with pytest.raises(EnvironmentFaultError, match="whole number"):
        number({"X": said}, "X", default=3)


def test_numbers_and_words_are_read() -> None:
    assert number({"X": "12"}, "X", default=3) == 12
    assert number({"X": ""}, "X", default=3) == 3
    assert words({"X": "a.example, b.example,"}, "X", default=[]) == ["a.example", "b.example"]
    assert words({}, "X", default=["here"]) == ["here"]


def test_without_an_address_the_database_is_a_file_in_the_data_folder() -> None:
    found = database(None, data=Path("/data"))
    assert found["NAME"] == "/data/crm.sqlite"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in found["OPTIONS"]["init_command"]
    assert "synchronous=FULL" in found["OPTIONS"]["init_command"]


def test_an_address_of_sqlite_names_its_file() -> None:
    assert database("sqlite:////var/lib/crm.sqlite", data=Path("/data"))["NAME"] == "/var/lib/crm.sqlite"
    assert database("sqlite://", data=Path("/data"))["NAME"] == ":memory:"


def test_an_address_of_postgresql_is_taken_apart() -> None:
    found = database("postgresql://ann%40x:p%2Fw@db.example:5433/trade%20wind?sslmode=require", data=Path())
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "ann@x",
        "p/w",
        "db.example",
        5433,
        "trade wind",
    )
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_another_kind_of_database_is_refused_without_telling_the_password() -> None:
    with pytest.raises(EnvironmentFaultError) as refused:
        database("mysql://ann:secret@db/x", data=Path())
    assert "mysql" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_letters_go_to_the_log_or_to_this_machine_unless_a_server_is_named() -> None:
    assert mailer(None, to_log=True, kept=True)["BACKEND"].endswith("mail.backend.RowsBackend")
    assert mailer(None, to_log=True)["BACKEND"].endswith("console.EmailBackend")
    here = mailer(None, to_log=False)
    assert here["BACKEND"].endswith("smtp.EmailBackend")
    assert (here["OPTIONS"]["host"], here["OPTIONS"]["port"]) == ("localhost", 25)


def test_without_a_named_server_a_mailer_can_be_made(settings: Settings) -> None:
    settings.MAILERS = {"default": mailer(None, to_log=False)}
    assert getattr(mailers.default, "use_tls", None) is False


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_a_mail_server_of_this_machine_is_spoken_to_as_it_is(host: str) -> None:
    assert mailer(f"smtp://{host}:2525", to_log=False)["OPTIONS"]["use_tls"] is False


def test_a_mail_server_is_spoken_to_under_cover() -> None:
    starts = mailer("smtp://ann:p%40w@mail.example", to_log=True)["OPTIONS"]
    assert (starts["host"], starts["port"], starts["username"], starts["password"]) == (
        "mail.example",
        587,
        "ann",
        "p@w",
    )
    assert (starts["use_tls"], starts["use_ssl"]) == (True, False)
    wrapped = mailer("smtps://mail.example", to_log=False)["OPTIONS"]
    assert (wrapped["port"], wrapped["use_tls"], wrapped["use_ssl"]) == (465, False, True)


def test_another_kind_of_mail_is_refused() -> None:
    with pytest.raises(EnvironmentFaultError, match="pigeon"):
        mailer("pigeon://roof", to_log=True)


def test_the_signing_key_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    key = kept_secret_key(tmp_path / "new")
    assert len(key) >= 50
    assert kept_secret_key(tmp_path / "new") == key
    assert kept_secret_key(tmp_path / "other") != key
    assert stat.S_IMODE((tmp_path / "new" / "secret-key").stat().st_mode) == 0o600
