"""A made-up world that uses the public doors only: Larkfield, its stores and customers, and their conversations.

Nouns: company (who works there and what it sells), sales (the real data behind products and stores), truth (what the
made-up customers would really answer, hidden from the engine), conversations (a month of them, then a few a minute),
bank (somebody else's offers, for the replay of a data set).
Invariants: the same seed builds the same company; loading twice adds nothing; the engine is reached only through
`tradewind.crm.decisions`; nothing here runs outside `tradewind demo` and `tradewind replay`.
Called by the command line alone.
"""
