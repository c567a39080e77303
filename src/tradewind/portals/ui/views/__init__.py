"""Pages that belong to no single portal, one resource a file."""
