"""One file per resource; every view is guarded by `requires`."""
