"""What models earn for those who trained them.

Symbols: G gross profit (sales less serving) and F training outlay of a provider over a year.
"""

from collections.abc import Sequence

import numpy as np

from sim.economics.scaling import Array


def self_financed_share(gross: Array, outlay: Array) -> float:
    r"""Share of the industry's training outlay that the spenders' own gross profit covers.

    $$\frac{\sum_f \min(F_f, \max(G_f, 0))}{\sum_f F_f}$$

    [provider] both, USD of the last twelve months: each provider counts for its outlay and is covered to
    at most one, so that one provider's riches pay nobody else's runs. NaN without outlays.
    """
    total = float(outlay.sum())
    return float(np.minimum(outlay, np.maximum(gross, 0)).sum()) / total if total > 0 else float("nan")


def has_paid_back(gross: float, cost: float) -> bool:
    """Whether the gross profit cumulated so far covers a model's development cost."""
    return gross >= cost


def paid_back_share(replaced: Sequence[bool]) -> float:
    """Share of the models that are no longer their provider's best that covered their cost; NaN without."""
    return sum(replaced) / len(replaced) if replaced else float("nan")
