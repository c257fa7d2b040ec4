"""Writes what was found as an ordinary scenario layer with the table `[finetuning]`."""

from collections.abc import Callable

import numpy as np

from ml_core.bridge import CAP
from ml_core.findings import Findings, Fit
from ml_core.law import PARAMETERS, ValueLaw
from ml_core.uncertainty import Interval, interval, noise_law

MEASURED, PUBLISHED_CAP = "ml-core-measured", "davidson-2023"
FEW_LAYERS = 0.25  # share of blocks that a hosted product alters
DIGITS = 3


def layer(found: Findings) -> str:
    """The layer as text."""
    run = found.run
    head = [
        "# What fine-tuning is worth: written by `megamarket calibrate`, not by hand.",
        f"# Preset {run['preset']}, run {run['run']}; the fields are explained in ml_core/README.md.",
        "# Scale-free: order of the tiers, concavity in data, elasticities. Not scale-free: half_data_tokens,",
        "# reference_gap and the level removable_share, which were measured on very small networks.",
        "",
        "[finetuning]",
    ]
    return "\n".join(head + [_line(*entry) for entry in _entries(found)]) + "\n"


def _entries(found: Findings) -> list[tuple[str, float, str, Interval, str, str]]:
    """Name, value, unit, interval, source and note of each quantity."""
    fit = found.share
    reference = float(np.exp(np.log(fit.rows.gap).mean()))
    largest = fit.rows.parameters.max()
    fresh = float(fit.rows.tuned_share[fit.rows.mode == "external"].min())
    noise, decay = noise_law(found.gain.noise, fit.law.half_data) if found.gain.noise else (0.0, 0.0)

    def entry(
        name: str, figure: Callable[[ValueLaw], float], note: str, unit: str = "1", logged: bool = True
    ) -> tuple[str, float, str, Interval, str, str]:
        return name, figure(fit.law), unit, _interval(fit, figure, logged), MEASURED, note

    def level(law: ValueLaw) -> float:
        return law.level * reference**law.gap * (largest / PARAMETERS) ** law.size

    def factor(mode: str, share: float) -> Callable[[ValueLaw], float]:
        return lambda law: float(law.tier_factor(np.array(mode), np.array(share)))

    def half(share: float) -> Callable[[ValueLaw], float]:
        return lambda law: float(np.exp(law.data_by_depth * share))

    fixed = "By definition."
    return [
        entry("removable_share", level, "Share of reducible loss that full tuning removes: reference gap, endless data."),
        entry("gap_elasticity", lambda law: law.gap, "Of that share in the domain's gap.", logged=False),
        entry("size_elasticity", lambda law: law.size, "Of that share in parameters; not to be extrapolated.", logged=False),
        entry("head_factor", factor("head", 0.0), "Head only, against full tuning, endless data."),
        entry("hosted_factor", factor("last", FEW_LAYERS), f"Last {FEW_LAYERS:.0%} of the blocks and the head."),
        entry("activations_factor", factor("external", 0.0), "A fresh block and the head, trained outside."),
        ("full_factor", 1.0, "1", (1.0, 1.0), MEASURED, fixed),
        ("head_half_data", 1.0, "1", (1.0, 1.0), MEASURED, fixed + " Data are counted in half_data_tokens."),
        entry("hosted_half_data", half(FEW_LAYERS), "Data for half of the value, against the head's."),
        entry("activations_half_data", half(fresh), "The same; as a last block of the largest network."),
        entry("full_half_data", half(1.0), "The same: more is tuned, more data are needed."),
        entry("half_data_tokens", lambda law: law.half_data, "Record only: of very small networks.", "token"),
        ("reference_gap", reference, "bit/byte", _range(fit.rows.gap), MEASURED, "Geometric mean over domains; low, high: seen."),
        ("noise_sd", noise, "1", (noise / 2, noise * 2), MEASURED, "Of ln gain between like customers at one half_data_tokens."),
        ("noise_exponent", decay, "1", (0.0, 1.0), MEASURED, "noise = noise_sd x data^-noise_exponent."),
        ("gain_cap", CAP, "nat", (float(np.log(5)), float(np.log(30))), PUBLISHED_CAP, "ln 20: most that post-training was seen to be worth."),
    ]  # fmt: skip


def _interval(fit: Fit, figure: Callable[[ValueLaw], float], logged: bool) -> Interval:
    draws = np.array([figure(law) for law in fit.draws])
    return interval(figure(fit.law), draws, len(np.unique(fit.rows.domain)), logged)


def _range(values: np.ndarray) -> Interval:
    return float(values.min()), float(values.max())


def _line(name: str, value: float, unit: str, bounds: Interval, source: str, note: str) -> str:
    low, high = bounds
    quantity = f'value = {_number(value)}, unit = "{unit}", low = {_number(low)}, high = {_number(high)}'
    return f'{name} = {{ {quantity}, source = "{source}", note = "{note}" }}'


def _number(value: float) -> str:
    """A TOML float with three significant digits."""
    text = f"{float(f'{value:.{DIGITS}g}')}"
    return text if "." in text or "e" in text else text + ".0"
