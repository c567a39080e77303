"""The channel manager's portal: who wants to become a partner, how far each has come, what needs doing now.

Nouns: the *home* (what waits for a person), the *list* of partners, a partner's *page*, the *pipeline* (partners by
status on their way in), a *registration* to decide.
Invariants: every row comes through `scope`; whoever may only read sees no form; a foreign partner and an absent one
give the same answer.
Called by: nobody; `config.urls` mounts it.
"""
