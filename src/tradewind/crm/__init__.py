"""KNOWS: records, money and the rules of the business, one Django app a room.

Rooms, each standing only on those below it: interactions, decisions, marketing, toolkit, catalog, parties,
activities and jobs, access, identity. No signals, no generic foreign keys: news travels upward by a call from
above, or by a row that a task reads. Reads that reach a person go through `access.scope(user, Model)`.

Called by the portals (requests), by `demo` and by the command line; it calls the engine over HTTP only, and only
from `decisions`.
"""
