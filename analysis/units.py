"""How numbers are written: money, prices, counts and their bands, with the units of the registry."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

STEPS = ((1e12, "tn"), (1e9, "bn"), (1e6, "mn"))
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
LARGEST_PLAIN, SMALLEST_PLAIN = 1e6, 1e-5  # outside, powers of ten are shown
BARE_UNITS = ("1", "0/1", "0-10,000")  # say nothing beside a number


@dataclass(frozen=True)
class Scale:
    """What numbers are divided by, and the unit they have then."""

    factor: float
    unit: str


def is_money(unit: str) -> bool:
    """Whether a unit is of money (prices of tokens stay as they are)."""
    return unit.startswith("USD") and "token" not in unit


def scale_of(values: ArrayLike, unit: str) -> Scale:
    """The scale that keeps the largest of some amounts of money short; 1 for all other units."""
    array = np.asarray(values, dtype=float)
    largest = np.abs(array[np.isfinite(array)]).max(initial=0.0)
    for factor, word in STEPS:
        if is_money(unit) and largest >= factor:
            return Scale(factor, f"{word} {unit}")
    return Scale(1.0, unit)


def beside(unit: str) -> str:
    """A unit as it stands after a number: a space before it, nothing for shares and counts."""
    return "" if unit in BARE_UNITS else f" {unit}"


def power_of_ten(exponent: int) -> str:
    """Such as 10²⁴."""
    return f"10{str(exponent).translate(SUPERSCRIPT)}"


def plain(value: float) -> str:
    """A number to two significant digits, to tenths below a hundred, to ones above."""
    if not math.isfinite(value):
        return "none"
    if value == int(value) and abs(value) < LARGEST_PLAIN:
        return f"{value:,.0f}"
    exponent = int(f"{value:.1e}".split("e")[1])
    if not SMALLEST_PLAIN <= abs(value) < LARGEST_PLAIN:
        return f"{value / 10.0**exponent:.1f} × {power_of_ten(exponent)}"
    return f"{value:,.{max(1 if exponent < 2 else 0, 1 - exponent)}f}"


def amount(value: float, unit: str) -> str:
    """A number with its unit: 3.5 bn USD, 12 USD/Mtoken, 0.46."""
    if not math.isfinite(value):
        return "none"
    scale = scale_of(value, unit)
    return plain(value / scale.factor) + beside(scale.unit)


def share(value: float) -> str:
    """A share in per cent."""
    return f"{plain(100 * value)}%" if math.isfinite(value) else "none"


def span(low: float, high: float) -> str:
    """From low to high: 2.1–4.5; with the word where a sign would be mistaken for the dash."""
    dash = " to " if min(low, high) < 0 else "–"
    return f"{plain(low)}{dash}{plain(high)}"


def amounts(low: float, high: float, unit: str) -> str:
    """A band with its unit: 2.1–4.5 bn USD."""
    if not math.isfinite(low + high):
        return "none"
    scale = scale_of([low, high], unit)
    return span(low / scale.factor, high / scale.factor) + beside(scale.unit)


def banded(median: float, low: float, high: float, unit: str) -> str:
    """A median with its band in one unit: 3.5 (2.1–4.5) bn USD."""
    if not math.isfinite(median):
        return "none"
    scale = scale_of(median, unit)
    f = scale.factor
    return f"{plain(median / f)} ({span(low / f, high / f)}){beside(scale.unit)}"


def banded_share(median: float, low: float, high: float) -> str:
    """A share with its band, in per cent: 18% (15–21%)."""
    if not math.isfinite(median):
        return "none"
    return f"{share(median)} ({span(100 * low, 100 * high)}%)"
