"""Market development funds: what is granted to whom, until when, and what may still be held of it.

Nouns: FundsPlan (a purpose with a currency and a time), Fund (what a partner, product, category, group or territory is
granted in a plan), BudgetPosting with BudgetLines (a document that changes budgets: update, transfer, extend, renew,
expiry, roll), BudgetDecision (one stage of its approval), ApprovalStage, Reservation (money held of a fund), Approver
(what a person may approve), AvailabilityRule, ExchangeRate (of a day).
Invariants: a fund's held + paid never exceed its budget and tolerance, held by the database in the row that the
conditional update of `moving` changes together with the postings; budget, held and paid of a fund equal the fold of its
postings in the book `funds`; a transfer sums to zero; whoever asks does not approve; what is approved is what was
asked; a state moves only along `rules`; expiry takes nothing that is held.
Rooms and portals above write with `budgets`, `reservations` and `expiry`, and read through `access.scope`; a fund's
statement is read from postings (`statements`), never stored.
"""
