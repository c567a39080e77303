"""Functions of a real number, as polynomials that a processor evaluates several at a time."""

from __future__ import annotations

import math

from tradewind.engine.core.compiling import inlined

HALF_PI = math.pi / 2


@inlined
def normal_cdf(z: float) -> float:
    """Φ(z), absolute error below 1.5e-7 (Abramowitz and Stegun 1964, 26.2.19).

    >>> round(normal_cdf(1.0), 6), round(normal_cdf(-1.0), 6)
    (0.841345, 0.158655)
    """
    x = min(abs(z), 8.0)
    poly = 5.38300e-6 * x + 0.0000488906
    poly = poly * x + 0.0000380036
    poly = poly * x + 0.0032776263
    poly = poly * x + 0.0211410061
    poly = poly * x + 0.0498673470
    poly = poly * x + 1.0
    poly *= poly
    poly *= poly
    poly *= poly
    poly *= poly
    tail = 0.5 / poly
    return 1.0 - tail if z >= 0.0 else tail


@inlined
def arcsine(x: float) -> float:
    """arcsin x for x in [0, 1], absolute error below 2e-8 (Abramowitz and Stegun 1964, 4.4.46)."""
    poly = -0.0012624911 * x + 0.0066700901
    poly = poly * x - 0.0170881256
    poly = poly * x + 0.0308918810
    poly = poly * x - 0.0501743046
    poly = poly * x + 0.0889789874
    poly = poly * x - 0.2145988016
    poly = poly * x + 1.5707963050
    return HALF_PI - math.sqrt(1.0 - x) * poly


@inlined
def sine(x: float) -> float:
    """sin x for x in [0, π/2], absolute error below 1e-7: the Taylor series to the eleventh power."""
    square = x * x
    poly = -square / 110.0 + 1.0
    poly = poly * -square / 72.0 + 1.0
    poly = poly * -square / 42.0 + 1.0
    poly = poly * -square / 20.0 + 1.0
    poly = poly * -square / 6.0 + 1.0
    return x * poly
