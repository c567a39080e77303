"""What people bring in as files and others take away: contracts, proofs.

Nouns: StoredFile (the bytes outside the web root with name, kind, size and digest, who brought them and when).
Invariants: a file is a PDF, a JPEG or a PNG by its content, not by its name alone; it is never changed, a new version
is a new file; nobody reaches one by itself: a room above owns a link to it, and whoever sees it may take the file.
Rooms above keep files with `StoredFile.objects.keep`; their views answer with `portals.ui.uploads.hand_out`.
"""
