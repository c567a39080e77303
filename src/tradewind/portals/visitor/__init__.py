"""Pages for people who are not signed in: becoming a partner, coming in by an invitation, and the demo's mailbox.

Nouns: the *registration* of a company, the page that *confirms* an address, the *invitation* that sets a password, the
*mailbox*.
Invariants: a page tells a stranger nothing about who is a partner already; opening a link changes nothing, only its
button does; a link that was used, has expired or was never ours says which.
Called by: nobody; `config.urls` mounts it, and `config.public` lists every page of it.
"""
