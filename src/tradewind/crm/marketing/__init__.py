"""The marketing workspace: campaigns, and the real-time offers in them.

Nouns: Campaign (with editable lists of types, objectives, tactics, priorities), Offer in an OfferGroup,
RecipientProfile (whom it suits, and why), Treatment (its texts per channel and language), OfferStatus.
Invariants: an offer has exactly one status that has not ended, and moves draft -> in review -> released ->
paused -> closed by its own verbs; only a complete offer is released; business goals never leave this room.
May be called by: decisions, interactions and the portals.
"""
