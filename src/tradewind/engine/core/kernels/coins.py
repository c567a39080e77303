"""Coins and bags of responses: numbers that look drawn, and are the same wherever they are asked for."""

from __future__ import annotations

from tradewind.engine.core.compiling import inlined


@inlined
def mixed(value: int) -> int:
    """32 bits of which each depends on all of the value's; products stay below 2⁶³ (after Wellons 2018)."""
    value = value & 0xFFFFFFFF
    value = ((value ^ (value >> 16)) * 0x7FEB352D) & 0xFFFFFFFF
    value = ((value ^ (value >> 15)) * 0x2C1B3C6D) & 0xFFFFFFFF
    return value ^ (value >> 16)


@inlined
def coin(key: int, number: int) -> float:
    """+1 or -1."""
    return 1.0 if mixed(mixed(key) ^ number) & 1 else -1.0


@inlined
def bag_weight(key: int, tree: int) -> int:
    """How often a response is in a tree's bag: Poisson(1), four at most."""
    drawn = mixed(mixed(key) ^ (1000 + tree)) / 4294967296.0
    if drawn < 0.36787944:
        return 0
    if drawn < 0.73575888:
        return 1
    if drawn < 0.9196986:
        return 2
    return 3 if drawn < 0.98101184 else 4
