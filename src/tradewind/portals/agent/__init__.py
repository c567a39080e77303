"""The desk of the interaction centre: find a customer, talk, make the offers that the engine decided, note answers.

Nouns: the *desk* (one conversation on one screen), a *card* (one offer with its buttons), a *given* answer, the
*timeline* of a customer, a *standing consent* (what the customer said last).
Invariants: agents see their own conversations and managers see all; only who holds a conversation acts in it; a
conversation that has ended is only read; every action is a plain POST that leads back to its page.
Called by: nobody; `config.urls` mounts it.
"""
