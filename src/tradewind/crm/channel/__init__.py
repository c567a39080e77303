"""Partner management: from the first talk to the last day.

Nouns: Partner (an organisation that sells for the brand owner), PartnerStatus (its dated rows), Registration (a company
that asks to become one), Approval (what somebody decides about it until a day), OnboardingStep, Invitation (a link by
which a person comes in), Tier (how far one has come in its programme: counted, never stored), Certificate (of a company
or a person), Authorisation (for a product family), Contract, Goal (set against what was done).
Its managers look after the own people with `team`.
Invariants: a partner has one status at a time and every step of it says who, when and why; a VAT id belongs to one
partner; a registration is decided once; a link is used once and only until it expires; whoever ends loses its people.
Rooms above write with `operations`, whose links are made by the page that calls (`link` turns a token into a URL), and
read through `access.scope`.
"""
