"""Leads and opportunities: who may buy, which partner works on it, how far it has come.

Nouns: Lead (somebody who may buy, offered to a partner), Opportunity (a lead that became a sale in sight).
Invariants: money is whole with a currency; what a partner sees of both is decided by rules and rights alone.
Rooms above read through `access.scope`.
"""
