"""Will they? One predictor per offer; its roots are the offer's recipient profiles.

Nouns: leaf (the evidence of one profile: shown, accepted, reward), prior (what the offer's group says before
there is evidence), propensity (the customer's chance to accept).
Invariants: counts are integers, rewards whole millionths; a leaf is keyed by (offer id, profile id) and lives on
across publications; every number can be unlearnt. Called by `state` (learns) and `decide` (reads).
"""
