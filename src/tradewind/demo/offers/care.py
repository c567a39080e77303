"""Keeping a machine well: care, battery, backup."""

from tradewind.demo.offers.written import ALL, Words, WrittenOffer, WrittenProfile

CARE = (
    WrittenOffer(
        code="O-101",
        campaign="care-2026",
        group="care",
        product="S-CARE2",
        value=55,
        cost=12,
        eligibility="machine.age_months < 24",
        english=Words(
            title="Care Plus for two more years",
            body="Repairs, parts and a machine on loan while yours is away. Starts the day your warranty ends.",
            pitch="Your warranty covers one year. Care Plus adds two, with a machine on loan whenever yours is in.",
        ),
        romanian=Words(
            title="Îngrijire Plus pentru încă doi ani",
            body="Reparații, piese și un laptop de împrumut cât timp al dumneavoastră este la noi. Începe când expiră "
            "garanția.",
            pitch="Garanția acoperă un an. Îngrijire Plus adaugă doi, cu laptop de împrumut de câte ori aveți nevoie.",
        ),
        profiles=(
            WrittenProfile(
                "warranty-ending",
                "Warranty ends within months",
                "machine.in_warranty && machine.age_months >= 8",
                "The warranty ends within a few months.",
                "Garanția expiră în câteva luni.",
            ),
            WrittenProfile(
                "out-of-warranty",
                "Out of warranty",
                "!machine.in_warranty",
                "The machine is no longer covered.",
                "Laptopul nu mai este acoperit de garanție.",
            ),
            WrittenProfile(
                "newer-machines",
                "Newer machines",
                ALL,
                "Still well covered; a good price for planning ahead.",
                "Încă bine acoperit; un preț bun pentru cine planifică din timp.",
            ),
        ),
        goals="One in five machines under Care Plus by the end of the year.",
    ),
    WrittenOffer(
        code="O-102",
        campaign="care-2026",
        group="care",
        product="A-BATT6",
        value=48,
        cost=9,
        eligibility="machine.age_months >= 5",
        english=Words(
            title="A fresh six-hour battery",
            body="Fitted in any of our fifteen stores while you wait; we recycle the old one.",
            pitch="A new six-hour battery costs less than you may think, and the store fits it while you wait.",
        ),
        romanian=Words(
            title="O baterie nouă de șase ore",
            body="Montată pe loc în oricare dintre cele cincisprezece magazine; o reciclăm pe cea veche.",
            pitch="O baterie nouă de șase ore costă mai puțin decât credeți, iar magazinul o montează pe loc.",
        ),
        profiles=(
            WrittenProfile(
                "asks-about-battery",
                "Calls about the battery",
                'call.reason == "battery"',
                "Calls because the battery no longer lasts.",
                "Sună pentru că bateria nu mai ține.",
            ),
            WrittenProfile(
                "a-year-old",
                "Machine a year old",
                "machine.age_months >= 12",
                "After a year most batteries hold a third less.",
                "După un an, cele mai multe baterii țin cu o treime mai puțin.",
            ),
            WrittenProfile(
                "others",
                "Everyone else",
                ALL,
                "Handy as a second battery for travel.",
                "Utilă ca a doua baterie la drum.",
            ),
        ),
    ),
    WrittenOffer(
        code="O-103",
        campaign="care-2026",
        group="services",
        product="S-BACKUP",
        value=24,
        cost=4,
        english=Words(
            title="Backup by the month",
            body="Every evening, encrypted, and a single click brings a file back. The first month is free.",
            pitch="We keep a copy of your files every evening. The first month is free, and you can stop at any time.",
        ),
        romanian=Words(
            title="Copii de siguranță cu abonament lunar",
            body="În fiecare seară, criptat, iar un fișier revine cu un singur clic. Prima lună este gratuită.",
            pitch="Păstrăm o copie a fișierelor în fiecare seară. Prima lună este gratuită și puteți renunța oricând.",
        ),
        profiles=(
            WrittenProfile(
                "business",
                "Business customers",
                'customer.segment == "business"',
                "A day without files costs a business more than a year of backup.",
                "O zi fără fișiere costă o firmă mai mult decât un an de copii.",
            ),
            WrittenProfile(
                "students",
                "Students",
                "customer.is_student",
                "Nobody wants to write a thesis twice.",
                "Nimeni nu vrea să scrie o lucrare de două ori.",
            ),
            WrittenProfile(
                "others", "Everyone else", ALL, "Photos and papers, safe.", "Fotografii și acte, în siguranță."
            ),
        ),
    ),
)
