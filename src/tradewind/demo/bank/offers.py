"""The five offers of the bank as texts, and what it knows of a customer who comes into the branch.

An offer's value is its rarity: (share of customers who hold the product) ** -0.75, scaled so that the rarest, the CD
account, is worth 100. So a rare product pays more, yet offering online banking to everybody stays a good fixed rule.
In the demo the exponent is -0.9: there all five are shown to many before one wins, and more is learnt of each.
The constants were worked out once from the five shares, and from nothing else.

Numbers have ranges whose sixteenth part is a round number: profiles are split at its multiples, and read well.
"""

from dataclasses import dataclass

from tradewind.demo.offers.written import Words

EVENT = "branch-visit"
PLACEMENT = "branch"
GROUP = "bank_customer"
PREFIX = "bank-"


@dataclass(frozen=True, slots=True)
class BankAttribute:
    """One attribute of a customer; money is in dollars."""

    name: str
    type: str
    label: str
    label_ro: str
    min: float | None = None
    max: float | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BankProfile:
    id: str
    rule: str
    suitability: str


@dataclass(frozen=True, slots=True)
class BankOffer:
    """`column` says in the data who holds the product; `profiles` are those of a marketer who knows the bank.

    `suits` is the reason for a profile of everybody, in English and Romanian.
    """

    id: str
    column: str
    product: str
    value: float
    demo_value: float
    english: Words
    romanian: Words
    suits: tuple[str, str]
    profiles: tuple[BankProfile, ...]

    @property
    def title(self) -> str:
        return self.english.title


ATTRIBUTES = (
    BankAttribute("income", "number", "Income", "Venit", 0, 320_000),
    BankAttribute("education", "category", "Education", "Studii", values=("undergraduate", "graduate", "professional")),
    BankAttribute("family", "number", "Family size", "Persoane în familie", 0, 16),
    BankAttribute("card_spending", "number", "Monthly card spending", "Cheltuieli lunare cu cardul", 0, 16_000),
    BankAttribute("mortgage", "number", "Mortgage", "Ipotecă", 0, 800_000),
    BankAttribute("age", "number", "Age", "Vârstă", 20, 100),
)

OFFERS = (
    BankOffer(
        id="bank-personal-loan",
        column="Personal Loan",
        product="B-LOAN",
        value=71.0,
        demo_value=66.0,
        english=Words(
            title="Personal loan",
            body="A fixed rate and one payment a month, for whatever comes.",
            pitch="May I work out what a personal loan would cost you a month?",
        ),
        romanian=Words(
            title="Credit de nevoi personale",
            body="Dobândă fixă și o singură rată pe lună, pentru orice cheltuială.",
            pitch="Doriți să vă calculez cât ar costa pe lună un credit de nevoi personale?",
        ),
        suits=("A larger purchase may be planned.", "Poate urmează o cumpărătură mai mare."),
        profiles=(
            BankProfile(
                "well-paid-graduates",
                f'{GROUP}.income >= 100000 && {GROUP}.education != "undergraduate"',
                "A good income and a degree: a larger purchase may be planned.",
            ),
            BankProfile(
                "well-paid-families",
                f"{GROUP}.income >= 100000 && {GROUP}.family >= 3",
                "A good income and a family to house.",
            ),
            BankProfile("well-paid", f"{GROUP}.income >= 100000", "The income carries a loan."),
            BankProfile("big-spenders", f"{GROUP}.card_spending >= 3000", "Spends much by card; a loan is cheaper."),
            BankProfile("others", "true", "A loan for whatever comes."),
        ),
    ),
    BankOffer(
        id="bank-securities-account",
        column="Securities Account",
        product="B-SECURITIES",
        value=66.0,
        demo_value=61.0,
        english=Words(
            title="Securities account",
            body="Shares and bonds in one account, without a fee in the first year.",
            pitch="Have you thought of putting a part of your savings into shares?",
        ),
        romanian=Words(
            title="Cont de investiții",
            body="Acțiuni și obligațiuni într-un singur cont, fără comision în primul an.",
            pitch="V-ați gândit să investiți o parte din economii în acțiuni?",
        ),
        suits=("Savings could earn more.", "Economiile ar putea aduce mai mult."),
        profiles=(
            BankProfile("near-retirement", f"{GROUP}.age >= 55", "Time to put something by for later."),
            BankProfile("well-paid", f"{GROUP}.income >= 100000", "Has something to invest."),
            BankProfile("others", "true", "Begin with small amounts."),
        ),
    ),
    BankOffer(
        id="bank-cd-account",
        column="CD Account",
        product="B-CD",
        value=100.0,
        demo_value=100.0,
        english=Words(
            title="Certificate of deposit",
            body="Fixed interest for a fixed time, from 1,000 dollars.",
            pitch="Is there an amount that you can do without for a year? It could earn fixed interest.",
        ),
        romanian=Words(
            title="Depozit la termen",
            body="Dobândă fixă pe o perioadă fixă, de la 1.000 de dolari.",
            pitch="Aveți o sumă de care nu aveți nevoie timp de un an? Ar putea aduce o dobândă fixă.",
        ),
        suits=("Fixed interest for a fixed time.", "Dobândă fixă pe o perioadă fixă."),
        profiles=(
            BankProfile(
                "well-paid-owners",
                f"{GROUP}.income >= 100000 && {GROUP}.mortgage > 0",
                "Owns a home and saves: fixed interest suits.",
            ),
            BankProfile("well-paid", f"{GROUP}.income >= 100000", "Has savings that could earn more."),
            BankProfile("others", "true", "Fixed interest for a fixed time."),
        ),
    ),
    BankOffer(
        id="bank-online",
        column="Online",
        product="B-ONLINE",
        value=18.0,
        demo_value=13.0,
        english=Words(
            title="Online banking",
            body="Every account in sight and every transfer made from home.",
            pitch="Shall I open online banking for you? It takes a minute.",
        ),
        romanian=Words(
            title="Internet banking",
            body="Toate conturile la vedere și orice transfer făcut de acasă.",
            pitch="Doriți să vă activez serviciul de internet banking? Durează un minut.",
        ),
        suits=("Saves the way to the branch.", "Scutește drumul până la sucursală."),
        profiles=(
            BankProfile("younger", f"{GROUP}.age < 40", "Banks from the sofa."),
            BankProfile("others", "true", "Saves the way to the branch."),
        ),
    ),
    BankOffer(
        id="bank-credit-card",
        column="CreditCard",
        product="B-CARD",
        value=31.0,
        demo_value=24.0,
        english=Words(
            title="Credit card",
            body="A card for travel and the web, with a month to pay.",
            pitch="Would a credit card of ours help you on your travels?",
        ),
        romanian=Words(
            title="Card de credit",
            body="Un card pentru călătorii și cumpărături online, cu o lună până la plată.",
            pitch="V-ar fi de folos un card de credit în călătorii?",
        ),
        suits=("A card for travel and the web.", "Un card pentru călătorii și cumpărături online."),
        profiles=(
            BankProfile("card-users", f"{GROUP}.card_spending >= 2000", "Pays by card already; ours costs less."),
            BankProfile("others", "true", "A card for travel and the web."),
        ),
    ),
)
