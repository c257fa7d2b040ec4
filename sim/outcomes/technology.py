"""Outcomes of technology: compute, its limits, research, and what training earns back."""

from math import log

from sim.economics.progress import MONTHS
from sim.outcomes.record import NAN
from sim.outcomes.registry import Noted, Series
from sim.published import Published


def _algorithms(view: Published) -> float:
    """Compute that public algorithms save for a fixed loss, over those of the first month."""
    return view.algorithms


def _halving(view: Published) -> float:
    """Time in which algorithms halve the compute for a fixed loss at the pace of the last year."""
    return MONTHS * log(2) / view.progress_rate if view.progress_rate > 0 else NAN


def _automated(view: Published) -> float:
    """Share of research work that the best model does, where progress is endogenous."""
    return view.automated


def _runaway(view: Published) -> float:
    """1 from the month in which the frontier outgrew the stated bound; then nothing is economics."""
    return float(view.runaway)


def _compute_premium(view: Published) -> float:
    """Price of a FLOP over what its trend says."""
    return view.compute_premium


def _chips(view: Published) -> float:
    """Accelerators that training, experiments and serving keep busy."""
    return view.footprint.chips


def _power(view: Published) -> float:
    """Power of those accelerators and their sites."""
    return view.footprint.power


def _chips_share(view: Published) -> float:
    """Accelerators in use over the trend of the world's stock."""
    return view.footprint.chips_share


def _capital_share(view: Published) -> float:
    """Value of the hardware in use over the world's shares and bonds."""
    return view.footprint.capital_share


def _product_share(view: Published) -> float:
    """Yearly spending on compute over world product."""
    return view.footprint.product_share


def _beyond_limits(view: Published) -> float:
    """1 in months in which power, chips, capital or product pass their stated caps."""
    return float(view.beyond)


def _self_financed(view: Published) -> float:
    """Training outlay of the last year that the spenders' own gross profit covers, each at most fully."""
    return view.self_financed


def _paid_back(view: Published) -> float:
    """Share of the models no longer their provider's best that earned their development cost."""
    return view.paid_back


def _payback_time(view: Published) -> float:
    """Median months from release to payback, over the models that have paid back."""
    return view.payback_time


TECHNOLOGY: tuple[Series, ...] = (
    Noted("self_financed", "1", "Self-financed share of training", _self_financed),
    Noted("paid_back", "1", "Models that paid back", _paid_back),
    Noted("payback_time", "month", "Time to payback", _payback_time),
    Noted("compute_premium", "1", "Price of compute over its trend", _compute_premium),
    Noted("chips", "H100e", "Accelerators in use", _chips),
    Noted("power", "GW", "Power in use", _power),
    Noted("chips_share", "1", "Share of the world's accelerators", _chips_share),
    Noted("capital_share", "1", "Hardware over the capital market", _capital_share),
    Noted("product_share", "1", "Compute spending over world product", _product_share),
    Noted("beyond_limits", "0/1", "Beyond a physical cap", _beyond_limits),
    Noted("algorithms", "x", "Algorithmic progress", _algorithms),
    Noted("algorithm_halving", "month", "Halving time of algorithms", _halving),
    Noted("automated_research", "1", "Automated share of research", _automated),
    Noted("runaway", "0/1", "Runaway growth", _runaway),
)
