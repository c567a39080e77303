"""What an offer's predictor has learnt, drawn for a marketer.

Nouns: node (a profile with what it was split into), cell (the same as a piece of the drawing above the tree).
Invariants: whatever colour says stands in words or marks beside it; an acceptance never stands without its interval.
Called by the view of the predictor; reads nothing but what it is given.
"""
