"""The post office between the CRM and the engine: publish, ask, answer; nobody else speaks to the engine.

Nouns: Publication (with one PublishedOffer per offer in it), Estimate of a draft, Gate in front of publishing,
Stop of an offer in an emergency, Decision with its DecidedOffers, Answer, Outbox.
Invariants: publication numbers rise by one and their content never changes; an offer of a decision has one
final answer at most; an answer to the engine's decision is written together with its letter in the outbox and
reaches the engine exactly once (the letter's id is the response's id); a draft that the gate holds back is not
published, whoever asks; an offer that is stopped is shown nowhere, be the engine there or away; the engine being
away never stops a desk.
May be called by: interactions and the portals, through `operations`, `queries`, `predictors` and the models.
"""
