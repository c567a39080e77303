"""More out of the machine one has."""

from tradewind.demo.offers.written import ALL, Words, WrittenOffer, WrittenProfile

UPGRADES = (
    WrittenOffer(
        code="O-104",
        campaign="upgrade-winter",
        group="upgrades",
        product="A-MEM4",
        value=32,
        cost=8,
        eligibility="machine.ram_gb < 4",
        english=Words(
            title="Memory up to 4 GB",
            body="Fitted in the store in twenty minutes, tested, with the same warranty as your machine.",
            pitch="With 4 GB your machine feels new again; the store fits it in twenty minutes.",
        ),
        romanian=Words(
            title="Memorie până la 4 GB",
            body="Montată în magazin în douăzeci de minute, testată, cu aceeași garanție ca laptopul.",
            pitch="Cu 4 GB laptopul pare din nou nou; magazinul montează memoria în douăzeci de minute.",
        ),
        profiles=(
            WrittenProfile(
                "one-gigabyte",
                "Machines with 1 GB",
                "machine.ram_gb < 2",
                "With 1 GB two programs at once are already slow.",
                "Cu 1 GB, două programe deodată merg deja greu.",
            ),
            WrittenProfile(
                "two-gigabytes", "Machines with 2 GB", ALL, "Twice the memory.", "De două ori mai multă memorie."
            ),
        ),
    ),
    WrittenOffer(
        code="O-105",
        campaign="upgrade-winter",
        group="upgrades",
        product="A-DISK300",
        value=38,
        cost=10,
        eligibility="machine.age_months >= 3",
        english=Words(
            title="300 GB disk, your files moved",
            body="We copy everything, fit the new disk, and hand you the old one.",
            pitch="We move all your files to a 300 GB disk and hand you the old one, so nothing is lost.",
        ),
        romanian=Words(
            title="Disc de 300 GB, cu fișierele mutate",
            body="Copiem totul, montăm discul nou și vi-l dăm înapoi pe cel vechi.",
            pitch="Mutăm toate fișierele pe un disc de 300 GB și vi-l dăm pe cel vechi, ca să nu se piardă nimic.",
        ),
        profiles=(
            WrittenProfile(
                "entry-families",
                "Fell and Holm owners",
                'machine.family in ["Fell", "Holm"]',
                "These families came with the smallest disks.",
                "Aceste familii au venit cu cele mai mici discuri.",
            ),
            WrittenProfile(
                "others", "Everyone else", ALL, "Room for years of photos.", "Loc pentru ani de fotografii."
            ),
        ),
    ),
    WrittenOffer(
        code="O-106",
        campaign="upgrade-winter",
        group="accessories",
        product="A-DOCK",
        value=45,
        cost=14,
        eligibility='machine.family in ["Fell", "Tarn", "Crag"]',
        english=Words(
            title="Docking station for 15-inch machines",
            body="Screen, keyboard, network and power with one click.",
            pitch="One click and your machine is a desk: screen, keyboard, network and power.",
        ),
        romanian=Words(
            title="Stație de andocare pentru laptopuri de 15 inchi",
            body="Ecran, tastatură, rețea și curent dintr-o singură mișcare.",
            pitch="O singură mișcare și laptopul devine birou: ecran, tastatură, rețea și curent.",
        ),
        profiles=(
            WrittenProfile(
                "business",
                "Business customers",
                'customer.segment == "business"',
                "At a desk most of the day.",
                "La birou cea mai mare parte a zilei.",
            ),
            WrittenProfile(
                "fast-machines",
                "Crag owners",
                'machine.family == "Crag"',
                "A machine this fast deserves a real screen.",
                "Un laptop atât de rapid merită un ecran adevărat.",
            ),
            WrittenProfile("others", "Everyone else", ALL, "For work at home.", "Pentru lucrul de acasă."),
        ),
    ),
)
