"""Recorded series of technology: progress, compute, limits, accounts; `sim.outcomes` registers them."""

import numpy as np

from sim.economics.progress import MONTHS
from sim.published import Published

NAN = float("nan")


def algorithms(view: Published) -> float:
    """Compute that public algorithms save for a fixed loss, over those of the first month."""
    return view.algorithms


def halving(view: Published) -> float:
    """Time in which algorithms halve the compute for a fixed loss at the pace of the last year."""
    return MONTHS * float(np.log(2)) / view.progress_rate if view.progress_rate > 0 else NAN


def automated(view: Published) -> float:
    """Share of research work that the best model does, where progress is endogenous."""
    return view.automated


def runaway(view: Published) -> float:
    """1 from the month in which the frontier outgrew the stated bound; then nothing is economics."""
    return float(view.runaway)


def compute_premium(view: Published) -> float:
    """Price of a FLOP over what its trend says."""
    return view.compute_premium


def chips(view: Published) -> float:
    """Accelerators that training, experiments and serving keep busy."""
    return view.footprint.chips


def power(view: Published) -> float:
    """Power of those accelerators and their sites."""
    return view.footprint.power


def chips_share(view: Published) -> float:
    """Accelerators in use over the trend of the world's stock."""
    return view.footprint.chips_share


def capital_share(view: Published) -> float:
    """Value of the hardware in use over the world's shares and bonds."""
    return view.footprint.capital_share


def product_share(view: Published) -> float:
    """Yearly spending on compute over world product."""
    return view.footprint.product_share


def beyond_limits(view: Published) -> float:
    """1 in months in which power, chips, capital or product pass their stated caps."""
    return float(view.beyond)


def self_financed(view: Published) -> float:
    """Training outlay of the last year that the spenders' own gross profit covers, each at most fully."""
    return view.self_financed


def paid_back(view: Published) -> float:
    """Share of the models no longer their provider's best that earned their development cost."""
    return view.paid_back


def payback_time(view: Published) -> float:
    """Median months from release to payback, over the models that have paid back."""
    return view.payback_time


TECHNOLOGY = (  # name, unit, label, function
    ("self_financed", "1", "Self-financed share of training", self_financed),
    ("paid_back", "1", "Models that paid back", paid_back),
    ("payback_time", "month", "Time to payback", payback_time),
    ("compute_premium", "1", "Price of compute over its trend", compute_premium),
    ("chips", "H100e", "Accelerators in use", chips),
    ("power", "GW", "Power in use", power),
    ("chips_share", "1", "Share of the world's accelerators", chips_share),
    ("capital_share", "1", "Hardware over the capital market", capital_share),
    ("product_share", "1", "Compute spending over world product", product_share),
    ("beyond_limits", "0/1", "Beyond a physical cap", beyond_limits),
    ("algorithms", "x", "Algorithmic progress", algorithms),
    ("algorithm_halving", "month", "Halving time of algorithms", halving),
    ("automated_research", "1", "Automated share of research", automated),
    ("runaway", "0/1", "Runaway growth", runaway),
)
