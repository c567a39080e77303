"""VAT ids of the European Union and of Great Britain, and the Romanian CUI, by form and check digit."""

from __future__ import annotations

from django.utils.translation import gettext
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.gb import vat as gb_vat
from stdnum.ro import cui

LONGEST_VAT_ID = 16


class VatIdRefused(Exception):  # noqa: N818  (a refusal, not an error)
    """The number cannot be right; the message says what is wrong with it."""


def read_vat_id(text: str) -> str:
    """The number with the letters of its country and nothing between; one without letters is a Romanian CUI.

    >>> read_vat_id("ro 185 472 90"), read_vat_id("18547290"), read_vat_id("GB 980 7806 84")
    ('RO18547290', 'RO18547290', 'GB980780684')

    Raises:
        VatIdRefused: of a country that has no such number here, of another form, or with a wrong check digit.
    """
    written = "".join(text.split()).upper().replace(".", "").replace("-", "")
    country, number = (written[:2], written[2:]) if written[:2].isalpha() else ("RO", written)
    try:
        return country + _checked(country, number)
    except InvalidChecksum as wrong:
        said = gettext("The check digit of %(number)s is wrong: probably one digit is mistyped.")
        raise VatIdRefused(said % {"number": written}) from wrong
    except ValidationError as wrong:
        said = gettext("%(number)s does not have the form of a VAT id of %(country)s.")
        raise VatIdRefused(said % {"number": written, "country": country}) from wrong


def _checked(country: str, number: str) -> str:
    if country == "RO":
        return str(cui.validate(number))
    if country == "GB":
        return str(gb_vat.validate(number))
    if country.lower() not in eu_vat.MEMBER_STATES | {"el"}:
        said = gettext("Write a VAT id of the European Union or of Great Britain, or a Romanian CUI.")
        raise VatIdRefused(said)
    return str(eu_vat.validate(country + number)).removeprefix(country)
