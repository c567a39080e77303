"""Service: what customers and partners report, and who answers.

Nouns: Ticket (a problem that somebody reported about a product or an order).
Invariants: a partner sees its own tickets and those of its end customers, as rules and rights say.
Rooms above read through `access.scope`.
"""
