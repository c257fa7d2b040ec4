r"""Algorithmic progress as the product of research.

Symbols: A progress (1 in the first month), R input of research, L researchers, K effective compute for
experiments, Q frontier capability, f automated share of the work, gamma = ln 2 / halving time, s the
industry's development outlay of the last year over that of the year before the first month, h compute
per dollar over that of the first month.

$$\frac{d\ln A}{dt} = \gamma \frac{R}{R_0} A^{-b}, \quad
  R = \Big(\frac{L}{1-f}\Big)^{a_1} K^{a_2}, \quad f = \frac{1}{1 + e^{-(Q - Q_{auto})/w}}$$

Form: Davidson (2023) and Forethought (2025), after Jones (1995). L is the staff's part of development
budgets at constant pay, so L/L0 = s; K is the experiments' part at the month's price of compute, times A,
so K/K0 = s h A. The shares of both are constants and cancel (assumption).
"""

import math

import numpy as np

from sim.config.research import EndogenousProgress
from sim.config.technology import Technology
from sim.economics.progress import MONTHS


def speed(technology: Technology) -> float:
    """Published rate gamma of algorithmic progress, nat/month."""
    return math.log(2) / technology.halving_time


def drag(progress: EndogenousProgress, technology: Technology) -> float:
    r"""Net drag b - a2 of past progress on progress, from the calibration.

    $$b - a_2 = \frac{a_1 g_s + a_2 (g_s + g_h)}{\gamma}$$

    g_s and g_h are the log growth of outlay and of compute per dollar on the path seen: progress at the
    constant rate gamma with f = 0 needs R to grow as A^b. Derived for this project.
    """
    outlay, hardware = math.log(progress.outlay_growth), math.log(technology.flop_per_usd_growth)
    inputs = progress.labour_exp * outlay + progress.compute_exp * (outlay + hardware)
    return inputs / (speed(technology) * MONTHS)


def drag_of_ideas(progress: EndogenousProgress, technology: Technology) -> float:
    """The exponent b: how fast ideas get harder to find as A grows."""
    return progress.compute_exp + drag(progress, technology)


def automated_share(progress: EndogenousProgress, frontier: float) -> float:
    """Share f of research work that the best model does; 0 where no model is on sale."""
    if not math.isfinite(frontier):
        return 0.0
    return float(
        0.5 * (1 + np.tanh(0.5 * (frontier - progress.automation_midpoint) / progress.automation_width))
    )


def log_input(progress: EndogenousProgress, outlay: float, hardware: float, frontier: float) -> float:
    """Log of R/R0 without the part of A in it.

    outlay: USD of the last year, above 0; hardware: compute per dollar over that of the first month;
    frontier: nat.
    """
    scale = math.log(outlay / progress.outlay_at_start)
    passed = (frontier - progress.automation_midpoint) / progress.automation_width
    relief = float(np.logaddexp(0.0, passed)) if math.isfinite(frontier) else 0.0  # -ln(1 - f)
    return progress.labour_exp * (scale + relief) + progress.compute_exp * (scale + math.log(hardware))


def advance(
    progress: EndogenousProgress, technology: Technology, log_a: float, log_inputs: float, months: float = 1.0
) -> float:
    r"""Log of A after some months of constant inputs, by the exact solution, never above the limit.

    $$A(t)^{c} = A(0)^{c} + c\,\gamma\,e^{\text{log inputs}}\,t, \quad c = b - a_2$$
    """
    c = drag(progress, technology)
    gain = math.log(c * speed(technology) * months) + log_inputs - c * log_a
    return min(log_a + float(np.logaddexp(0.0, gain)) / c, math.log(progress.limit))


def can_run_away(progress: EndogenousProgress, technology: Technology) -> bool:
    r"""Whether full automation beats the drag at constant outlays: $a_1/w + a_2 > b$.

    Beyond the midpoint 1/(1-f) grows as $e^{Q/w}$, and Q rises one for one with ln A.
    """
    return progress.labour_exp / progress.automation_width > drag(progress, technology)


def ran_away(frontier: list[float], growth: float) -> bool:
    """Whether the frontier's effective compute grew by more than a factor in the last year; Q by month.

    Counted from the best that had ever been on sale: what was reached and given up is no growth.
    """
    months = int(MONTHS)
    if len(frontier) <= months:
        return False
    before = max(frontier[-months - 1 :: -1])  # NaN, which comes last here, gives way to any number
    return frontier[-1] - before > math.log(growth)
