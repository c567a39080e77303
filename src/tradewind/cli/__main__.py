"""`python -m tradewind.cli` is the `tradewind` command of this interpreter."""

from tradewind.cli import main

raise SystemExit(main())
