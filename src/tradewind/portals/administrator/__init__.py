"""Access as the administrator works on it: rules, rights and user groups, why somebody sees something, and the past.

Nouns: a rule's sheet, a right's sheet, the dry run that tells what a change would do, an explanation, the review.
Invariants: administrators only, for everybody else nothing is here; nothing is saved without a reason; a change that
would lock every administrator out is refused; what was typed is never lost, and no save overwrites unseen work.
Called by: nobody; `config.urls` mounts it.
"""
