"""Mail of an installation that has no mail server: letters are kept as rows, and the demo shows them on a page.

Nouns: KeptMail (one letter as it would have left).
Invariants: a letter is written in the transaction of its sender, and never changed; only the demo keeps letters.
Nobody calls this room: Django's mailer does (`MAILERS`), and the demo's mailbox reads `KeptMail.objects.latest_first`.
"""
