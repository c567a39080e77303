"""Messages: nothing is sold, something is said."""

from tradewind.demo.offers.written import ALL, Words, WrittenOffer, WrittenProfile

MESSAGES = (
    WrittenOffer(
        code="O-111",
        campaign="care-2026",
        group="notices",
        product=None,
        value=6,
        cost=0,
        purpose="message",
        display="always",
        reoffer_after_days=30,
        eligibility="machine.in_warranty && machine.age_months >= 11",
        english=Words(
            title="The warranty ends within a month",
            body="Anything that does not work should be brought in now.",
            pitch="Your warranty ends within a month. Is there anything that does not work as it should?",
        ),
        romanian=Words(
            title="Garanția expiră într-o lună",
            body="Tot ce nu merge bine ar trebui adus acum.",
            pitch="Garanția expiră într-o lună. Este ceva care nu merge cum trebuie?",
        ),
        profiles=(
            WrittenProfile(
                "last-month",
                "Last month of warranty",
                ALL,
                "The last month of the warranty has begun.",
                "A început ultima lună de garanție.",
            ),
        ),
    ),
    WrittenOffer(
        code="O-112",
        campaign="stay-with-us",
        group="notices",
        product=None,
        value=3,
        cost=0,
        purpose="message",
        display="default",
        reoffer_after_days=1,
        english=Words(
            title="Invoices by e-mail",
            body="Faster than the post, and easier to find again.",
            pitch="Shall we send your invoices by e-mail from now on?",
        ),
        romanian=Words(
            title="Facturi prin e-mail",
            body="Mai repede decât prin poștă și mai ușor de regăsit.",
            pitch="Doriți să vă trimitem de acum facturile prin e-mail?",
        ),
        profiles=(
            WrittenProfile(
                "asks-about-invoice",
                "Calls about an invoice",
                'call.reason == "invoice"',
                "Is looking for an invoice right now.",
                "Caută chiar acum o factură.",
            ),
            WrittenProfile("others", "Everyone else", ALL, "Saves paper.", "Economisește hârtie."),
        ),
    ),
)
