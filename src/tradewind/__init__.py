"""Tradewind: real-time offers and the partner channel, with one self-learning decision engine.

Rooms, from the street inward: `cli` starts things, `config` wires the web, `demo` is a made-up
world, `portals` show, `crm` knows, `engine` decides. Imports run in that order and never back.
"""
