"""Measured gains as columns, in bit/byte or as shares of the reducible loss."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ml_core.base_law import floors
from ml_core.config import Array
from ml_core.measure import BASE
from ml_core.rows import Row

SMALLEST_GAP = 0.01  # bit/byte; a domain nearer to the base corpus counts as this near


@dataclass(frozen=True)
class Gains:
    """Measured gains as columns, one entry a row, all [rows]."""

    gain: Array  # bit/byte, or share of reducible loss
    gap: Array  # bit/byte
    parameters: Array
    tokens: Array  # of the customer
    tuned_share: Array  # kappa of the tuned blocks; external: fresh blocks / blocks
    mode: Array  # "head", "last", "external" or "full"
    domain: Array
    size: Array
    seed: Array
    variant: Array  # the mode's full name

    def where(self, chosen: Array) -> "Gains":
        """Some rows: a mask or row numbers."""
        return Gains(**{name: column[chosen] for name, column in vars(self).items()})

    def __len__(self) -> int:
        return len(self.gain)


def gains(rows: Sequence[Row], share: bool = False) -> Gains:
    """Columns of the gain rows; with `share` the gain is divided by the reducible loss $L_i - E_i$."""
    tuned = [row for row in rows if row["kind"] == "gain"]
    last = {
        row["size"]: row for row in sorted(rows, key=lambda r: r.get("tokens", 0)) if row["kind"] == "base"
    }
    ends, near = floors(rows), _gaps([row["losses"] for row in last.values()])
    reducible = np.array([r["loss_before"] - ends[r["domain"]].floor if share else 1.0 for r in tuned])
    names = np.array([r["mode"] for r in tuned])
    shares = [1 / last[r["size"]]["layers"] if r["mode"] == "external" else r["tuned_share"] for r in tuned]
    return Gains(
        gain=np.array([r["gain"] for r in tuned]) / reducible,
        gap=np.array([near[r["domain"]] for r in tuned]),
        parameters=np.array([r["parameters"] for r in tuned], float),
        tokens=np.array([r["tokens"] for r in tuned], float),
        tuned_share=np.array(shares, float),
        mode=np.array([name.rstrip("0123456789") for name in names]),
        domain=np.array([r["domain"] for r in tuned]),
        size=np.array([r["size"] for r in tuned]),
        seed=np.array([r["seed"] for r in tuned]),
        variant=names,
    )


def _gaps(losses: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Domain specificity: loss above that of the base corpus, mean of the networks, bit/byte."""
    mean = {name: float(np.mean([loss[name] for loss in losses])) for name in losses[0]}
    return {name: max(loss - mean[BASE], SMALLEST_GAP) for name, loss in mean.items()}
