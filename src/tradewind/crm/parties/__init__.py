"""Organisations, persons and customers: everybody the company deals with.

Nouns: Organisation (brand owner, partner, store, business), Membership (who works where, from day to day), Person,
Customer (a person or an organisation that gets offers, under a number), ConsentRecord, CustomerWord (the search).
Invariants: a customer is exactly one of person and organisation; a number belongs to one customer for ever; consent
is the latest row, nothing is overwritten; one brand owner.
Rooms above read through `access.scope`; customers are made with `operations.enrol` and `operations.enrol_many`, which
keep the search in step.
"""
