"""JUDGES. Which learner is better, what another policy would have brought, and what every learner must keep.

Nouns: Problem (attributes, offers; what a learner is told before the first row), Row (one customer's values),
Learner, Choice (what it drew, and the probabilities it drew from), Table (a CSV that was read), Trial, Log (choices of
somebody with their probabilities and rewards), Estimate, Supposed (what a draft publication would have brought),
World (a simulated one, whose truth is known).
Invariants: what is drawn is drawn from the vector that is recorded; rewards are whole millionths; random numbers come
from `core.exploration.Draws` alone; an estimate that rests on too little is refused and not given.
May be called by `service` and `cli`; imports `core` and reads `history`. What serves is judged itself, never a copy.
"""
