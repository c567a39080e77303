"""What is sold, and what customers own of it.

Nouns: Product (a code, a family, a list price), OwnedProduct (a machine that a customer bought, where, when, for how
much).
Invariants: money is whole minor units with a currency, both or neither; a code belongs to one product; what was
bought keeps its product for ever.
Rooms above read through `access.scope`.
"""
