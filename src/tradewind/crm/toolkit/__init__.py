"""The application toolkit: what a touchpoint may ask, what is known then, and where offers appear.

Nouns: ConditionGroup with its Attributes, Placement with its Arbitration, EventDeclaration, Outcome.
Invariants: names are unique and writable in CEL; a sensitive attribute is never predictive; an event
decides on one placement at most; an outcome's reward lies between 0 and 1.
May be called by: marketing, decisions, interactions and the portals. It knows nothing of offers.
"""
