"""Which step may follow which, whose number is right, and what counts as the same name."""

import pytest

from tradewind.crm.channel.links import LinkBroken, seal, unseal
from tradewind.crm.channel.names import company_domain
from tradewind.crm.channel.rules import MAY_BECOME, SAYS_WHY, Status, refusal
from tradewind.crm.channel.vat import VatIdRefused, read_vat_id
from tradewind.crm.parties.names import company_key

STEPS = [(current, wanted) for current in Status for wanted in Status]


@pytest.mark.parametrize(("current", "wanted"), STEPS, ids=lambda status: str(status.value))
def test_only_a_step_of_the_table_is_taken(current: Status, wanted: Status) -> None:
    assert (refusal(current, wanted, why="because") is None) is (wanted in MAY_BECOME[current])


def test_every_status_can_be_left_and_reached() -> None:
    assert all(MAY_BECOME[status] for status in Status)
    assert set(Status) == {wanted for reached in MAY_BECOME.values() for wanted in reached}


@pytest.mark.parametrize("wanted", sorted(SAYS_WHY))
def test_nobody_is_suspended_or_ended_without_a_reason(wanted: str) -> None:
    assert refusal(Status.ACTIVE, wanted, why="  ") is not None


def test_a_partner_is_active_only_when_onboarding_is_finished() -> None:
    refused = refusal(Status.ONBOARDING, Status.ACTIVE, why="", open_steps=["training"])
    assert refused is not None
    assert refused.gaps == ("training",)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("18547290", "RO18547290"),
        ("RO 185 472 90", "RO18547290"),
        ("ro18547290", "RO18547290"),
        ("GB 980 7806 84", "GB980780684"),
        ("DE 136,695 976".replace(",", " "), "DE136695976"),
        ("ATU13585627", "ATU13585627"),
        ("EL 094259216", "EL094259216"),
    ],
)
def test_a_number_is_read_however_it_is_written(written: str, read: str) -> None:
    assert read_vat_id(written) == read


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("18547291", "check digit"),
        ("DE136695978", "check digit"),
        ("RO1", "form"),
        ("GB12", "form"),
        ("US123456789", "European Union"),
        ("", "form"),
        ("RO=1+1", "form"),
    ],
)
def test_a_wrong_number_says_what_is_wrong(written: str, said: str) -> None:
    with pytest.raises(VatIdRefused, match=said):
        read_vat_id(written)


@pytest.mark.parametrize(
    "name", ["Șoimul Computers S.R.L.", "SOIMUL COMPUTERS SRL", "soimul  computers", "Soimul-Computers, Srl"]
)
def test_a_name_is_the_same_however_it_is_written(name: str) -> None:
    assert company_key(name) == "soimulcomputers"


def test_another_name_is_another() -> None:
    assert company_key("Șoimul Service SRL") != company_key("Șoimul Computers SRL")


def test_an_address_that_anybody_can_have_names_no_company() -> None:
    assert company_domain("ana@GMAIL.com") == ""
    assert company_domain("ana@soimul.example") == "soimul.example"


def test_a_link_is_good_for_its_purpose_only() -> None:
    from uuid import UUID

    record = UUID(int=7)
    token = seal("join", record)
    assert unseal("join", token) == record
    for broken in (token[:-1], token.replace(token[0], "0" if token[0] != "0" else "1", 1), "", "a:b:c"):
        with pytest.raises(LinkBroken):
            unseal("join", broken)
    with pytest.raises(LinkBroken):
        unseal("confirm", token)
