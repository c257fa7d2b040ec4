"""Measured rows and findings as tidy tables: one observation a row, ready to draw or to export."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ml_core.base_law import floors
from ml_core.bridge import TIERS, Finetuning, compute_gain, removed_share
from ml_core.config import Array
from ml_core.findings import Findings
from ml_core.gains import Gains
from ml_core.law import ValueLaw, domain_levels
from ml_core.rows import Row

CURVE_TOKENS = np.geomspace(1_000, 64_000, 25)  # of a customer
CURVE_DATA = np.geomspace(0.1, 30, 30)  # of a customer, in units of the head's half-saturation
BAND = (0.05, 0.95)  # quantiles of the bootstrap


MEASURED = ("size", "parameters", "domain", "tokens", "seed", "gap", "gain")


def measured_table(rows: Gains) -> pd.DataFrame:
    """Each tuning as it was measured: what was tuned on what, its gap and gain (bit/byte)."""
    return pd.DataFrame({name: getattr(rows, name) for name in MEASURED} | {"mode": rows.variant})


def gain_table(found: Findings) -> pd.DataFrame:
    """Each tuning: what was tuned on what, its gap, gain and expected gain (bit/byte), and share (1)."""
    rows = found.gain.rows
    expected = found.gain.law.predict_known(rows, found.gain.levels)
    return measured_table(rows).assign(expected=expected, share=found.share.rows.gain)


def curve_table(found: Findings) -> pd.DataFrame:
    """The law's gain by mode and tokens, bit/byte, largest network, mean of the domains: value, low, high."""
    fit = found.gain
    laws = [fit.law, *fit.draws]
    levels = [float(np.mean(list(domain_levels(law, fit.rows).values()))) for law in laws]
    return pd.concat([_curve(fit.rows, str(mode), laws, levels) for mode in np.unique(fit.rows.variant)])


def _curve(rows: Gains, mode: str, laws: list[ValueLaw], levels: list[float]) -> pd.DataFrame:
    knows = rows.variant == mode
    largest = np.flatnonzero(knows & (rows.parameters == rows.parameters[knows].max()))[0]
    like = rows.where(np.full(len(CURVE_TOKENS), largest))
    at = Gains(**{**vars(like), "tokens": CURVE_TOKENS})
    curves = np.array([level * law.shape(at) for law, level in zip(laws, levels, strict=True)])
    low, high = np.quantile(curves[1:], BAND, axis=0)
    return pd.DataFrame({"mode": mode, "tokens": CURVE_TOKENS, "value": curves[0], "low": low, "high": high})


def law_table(found: Findings) -> pd.DataFrame:
    """Constants of both laws: law, constant, value, low, high."""
    records = [
        (name, constant, getattr(fit.law, constant), *fit.intervals[constant])
        for name, fit in (("bit/byte", found.gain), ("share", found.share))
        for constant in ValueLaw.__dataclass_fields__
    ]
    return pd.DataFrame(records, columns=["law", "constant", "value", "low", "high"])


def parity_table(found: Findings) -> pd.DataFrame:
    """Gain over that of full tuning: tokens, mode, ratio, low, high."""
    records = [(p.tokens, p.variant, p.ratio, *p.interval) for p in found.parity]
    return pd.DataFrame(records, columns=["tokens", "mode", "ratio", "low", "high"])


def left_out_table(found: Findings) -> pd.DataFrame:
    """Errors on what was left out: form, kind, error (share of the mean gain)."""
    return pd.DataFrame([vars(error) for error in found.left_out])


def base_table(rows: Sequence[Row]) -> pd.DataFrame:
    """Losses of the untuned networks: size, parameters, tokens, corpus, loss, expected, floor, bit/byte."""
    laws = floors(rows)
    records = [
        {"size": row["size"], "parameters": row["parameters"], "tokens": row["tokens"], "corpus": name,
         "loss": loss, "floor": laws[name].floor,
         "expected": float(laws[name].loss(row["parameters"], row["tokens"]))}
        for row in rows if row["kind"] == "base" for name, loss in row["losses"].items()
    ]  # fmt: skip
    return pd.DataFrame(records)


def worth_table(layers: dict[str, Finetuning], curvature: float, gap: float = 1.0) -> pd.DataFrame:
    """Compute-equivalent gain, nats, by layer, tier and customer's data: layer, tier, data, gain."""
    tables = [_worth(name, law, tier, curvature, gap) for name, law in layers.items() for tier in TIERS]
    return pd.concat(tables, ignore_index=True)


def _worth(name: str, law: Finetuning, tier: str, curvature: float, gap: float) -> pd.DataFrame:
    share: Array = removed_share(law, tier, CURVE_DATA, np.array(gap))
    worth = compute_gain(share, curvature, law.gain_cap)
    return pd.DataFrame({"layer": name, "tier": tier, "data": CURVE_DATA, "gain": worth})
