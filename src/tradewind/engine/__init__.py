"""The engine: decide, remember, learn. No Django inside; it installs and runs alone.

`wire` are the messages of its Web service, `core` thinks (pure), `history` remembers,
`service` answers. State is a fold over history, so any replica rebuilds it, and any past decision
can be worked out again from the position it was made at. From outside only `wire` may be
imported, and only by `crm.decisions`.
"""
