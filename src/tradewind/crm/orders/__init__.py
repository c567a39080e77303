"""Orders between the brand owner, its partners and their customers.

Nouns: Order (what a partner orders for its stock or a customer, or what a customer orders from it).
Invariants: money is whole with a currency; cost and margin are the brand owner's to see.
Rooms above read through `access.scope`.
"""
