"""The marketing workspace as the marketer sees it: offers, campaigns, publications, the toolkit.

Nouns: the offer's sheet (one form of basics, worth, recipients and texts), the timeline of an offer, exports.
Invariants: marketing professionals and administrators write; managers of the interaction centre read lists and
predictors; everybody else finds nothing here. What was typed is never lost, and no save overwrites unseen work.
Called by: nobody; `config.urls` mounts it.
"""
