"""The partner's portal: what needs doing now, and the leads, opportunities, orders, tickets and customers.

Nouns: a *shelf* (one kind of record with its list, form, facts and words), a *line* (a record in a list), the *company*
(the one that the person acts for now; who works for two switches between them).
Invariants: every queryset goes through `scope(user, Model, action)`, and what may not be seen is 404; forms name their
fields, so that partner, creator and state come from nobody's browser; a new record belongs to the company for which its
form was opened, or is refused; every action is a plain POST that leads back to its page.
Called by: nobody; `config.urls` mounts it.
"""
