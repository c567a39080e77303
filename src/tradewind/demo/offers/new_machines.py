"""The next machine, and keeping those who think of leaving."""

from tradewind.demo.offers.written import ALL, Words, WrittenOffer, WrittenProfile

NEW_MACHINES = (
    WrittenOffer(
        code="O-107",
        campaign="spring-trade-in",
        group="new-machines",
        product="S-TRADEIN",
        value=120,
        cost=30,
        eligibility="machine.age_months >= 8",
        english=Words(
            title="Trade in, and move up",
            body="A fixed price for your machine towards any new one, in any store, within thirty days.",
            pitch="We take your machine at a fixed price towards a new one; the offer stands for thirty days.",
        ),
        romanian=Words(
            title="Aduceți laptopul vechi, luați unul nou",
            body="Un preț fix pentru laptopul vechi la cumpărarea unuia nou, în orice magazin, timp de o lună.",
            pitch="Luăm laptopul vechi la un preț fix când cumpărați unul nou; oferta e valabilă o lună.",
        ),
        profiles=(
            WrittenProfile(
                "looks-for-new",
                "Asks about a new machine",
                'call.reason == "new_machine"',
                "Already looking for a new machine.",
                "Caută deja un laptop nou.",
            ),
            WrittenProfile(
                "out-of-warranty",
                "Out of warranty",
                "!machine.in_warranty",
                "A repair would now cost more than the step up.",
                "O reparație ar costa acum mai mult decât schimbarea.",
            ),
            WrittenProfile(
                "others",
                "Everyone else",
                ALL,
                "Worth more today than in a year.",
                "Valorează azi mai mult decât peste un an.",
            ),
        ),
        goals="200 trade-ins before the new families arrive.",
    ),
    WrittenOffer(
        code="O-108",
        campaign="business-fleet",
        group="new-machines",
        product="S-FLEET",
        value=180,
        cost=45,
        eligibility='customer.segment == "business"',
        skills=("business",),
        reoffer_after_days=30,
        english=Words(
            title="Fleet lease from three machines",
            body="One monthly rate per desk: machines, care and replacement after two years.",
            pitch="From three machines on we lease them with care included, one monthly rate per desk.",
        ),
        romanian=Words(
            title="Leasing de flotă, de la trei laptopuri",
            body="O singură rată lunară pe birou: laptopuri, îngrijire și înlocuire după doi ani.",
            pitch="De la trei laptopuri în sus le închiriem cu îngrijire inclusă, o singură rată lunară pe birou.",
        ),
        profiles=(
            WrittenProfile(
                "better-machines",
                "Buys the better machines",
                "machine.price >= 550",
                "Buys machines of the upper range.",
                "Cumpără laptopuri din gama superioară.",
            ),
            WrittenProfile("others", "Other businesses", ALL, "Spreads the cost.", "Împarte costul în timp."),
        ),
    ),
    WrittenOffer(
        code="O-109",
        campaign="spring-trade-in",
        group="services",
        product="S-STUDENT",
        value=40,
        cost=10,
        eligibility="customer.is_student",
        english=Words(
            title="Student bundle of applications",
            body="Writing, sums, slides and a reference manager for as long as you study.",
            pitch="As a student you get all applications for one small price, for as long as you study.",
        ),
        romanian=Words(
            title="Pachet de aplicații pentru studenți",
            body="Text, calcul, prezentări și bibliografie, cât timp studiați.",
            pitch="Ca student primiți toate aplicațiile la un preț mic, cât timp studiați.",
        ),
        profiles=(
            WrittenProfile(
                "first-year",
                "New customers",
                "customer.tenure_months < 12",
                "New with us and at the start of the studies.",
                "Client nou, la începutul studiilor.",
            ),
            WrittenProfile(
                "others",
                "Other students",
                ALL,
                "Cheaper than any single licence.",
                "Mai ieftin decât orice licență separată.",
            ),
        ),
    ),
    WrittenOffer(
        code="O-110",
        campaign="stay-with-us",
        group="retention",
        product="S-CARE3M",
        value=70,
        cost=20,
        priority=1,
        eligibility='call.reason == "cancellation"',
        skills=("retention",),
        reoffer_after_days=60,
        english=Words(
            title="Three months of Care Plus on us",
            body="Stay, and the next three months of care cost nothing.",
            pitch="I would be sorry to see you go. May I give you three months of Care Plus, free, and call you then?",
        ),
        romanian=Words(
            title="Trei luni de Îngrijire Plus din partea noastră",
            body="Rămâneți, iar următoarele trei luni de îngrijire nu costă nimic.",
            pitch="Mi-ar părea rău să plecați. Vă pot oferi trei luni de Îngrijire Plus gratuit și vă sun atunci?",
        ),
        profiles=(
            WrittenProfile(
                "long-standing",
                "With us for two years",
                "customer.tenure_months >= 24",
                "A customer of many years who wants to leave.",
                "Client de mulți ani care vrea să plece.",
            ),
            WrittenProfile("others", "Everyone else who wants to leave", ALL, "Wants to leave.", "Vrea să plece."),
        ),
    ),
)
