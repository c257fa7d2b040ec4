"""The fringe: organisations that train but do not reach the frontier, as one number and one quality."""

import math

from sim.config.entry import Fringe
from sim.economics.progress import MONTHS


def expected_entries(fringe: Fringe, revenue: float) -> float:
    r"""Entries expected in a month, $\frac{\eta_0}{12}(R/R_0)^{\epsilon}$; revenue in USD/yr.

    Profits seen draw organisations in. Assumption of this project; none come where nothing is sold.
    """
    if revenue <= 0:
        return 0.0
    return fringe.entry_rate / MONTHS * (revenue / fringe.reference_revenue) ** fringe.entry_elasticity


def exit_chance(fringe: Fringe) -> float:
    """Probability that an organisation stops within a month."""
    return -math.expm1(-fringe.exit_rate / MONTHS)


def mean_quality(fringe: Fringe, quality: float, frontier: float, stayed: int, came: int) -> float:
    r"""Average capability after a month, nat; NaN without members.

    Those who train anew, a share $1 - e^{-\nu/12}$, and those who came stand a gap below the frontier; the
    others stand where they stood. Never lowered by training: an old model that is better is kept.
    """
    if stayed + came == 0:
        return math.nan
    new = frontier - fringe.gap
    renewed = -math.expm1(-fringe.renewal_rate / MONTHS)
    old = new if math.isnan(quality) else quality + renewed * max(new - quality, 0.0)
    return (stayed * old + came * new) / (stayed + came)
