"""Organisations, persons and customers: everybody the company deals with.

Nouns: Organisation (brand owner, partner, store, business), Membership (who works where, from day to day),
MembershipRole (what somebody is there), Person, Customer (a person or an organisation that gets offers, under a
number), ConsentRecord, CustomerWord (the search), Ancestry (corporate group → company → branch), Supply (distributor →
reseller), Territory (areas of postcodes, with the organisations that work them), EndCustomer (whose customer a customer
is).
Invariants: a person acts for one of their organisations at a time, in the role held there; a customer is exactly one of
person and organisation; a number belongs to one customer for ever; consent is the latest row, nothing is overwritten;
one brand owner; a hierarchy has no circle and an organisation one parent.
Rooms above read through `access.scope`; customers are made with `operations.enrol` and `operations.enrol_many`, which
keep the search in step; organisations are put under each other with `hierarchy.place`.
"""
