"""How long a decision takes: in process, and over HTTP beside a bare echo of the same bytes."""
