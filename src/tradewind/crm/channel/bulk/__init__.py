"""Files of partners: read, looked at row by row, and written all or not at all.

Nouns: a *sheet* (rows with the columns we know), a *cell* that is read or refused, a *plan* (what would become of each
row), a *run* (`PartnerImport`).
Invariants: nothing is written while one row is wrong; what is written is what was looked at, against the records as
they are at that instant; a row finds its partner by VAT id, or by name where neither has one.
Called by the worker (`recurring`), which takes up what a page has left.
"""
