"""The engine's Web service: the one place that knows HTTP.

`app` wires the doors (`routes/`) into one ASGI application, `engine` owns State, History and Vault
and keeps their order, `keys` says who may knock, `strict_json` and `faults` say everything that is
wrong with a body, `problems` says it in RFC 9457. An event that nothing is wrong with does not come
to the doors: `protocol` has it from the connection, `calls` reads it, `direct` runs it; `commits` knows
without SQLite whether a key may have changed since. Invariants: whatever reads or changes State runs
on the event loop's thread without awaiting; nothing is answered before it is durable; a refused
call stores nothing. Only `tradewind.cli` may call in here; everybody else speaks HTTP.
"""
