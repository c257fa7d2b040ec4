"""The figures of a calibration: what fine-tuning is worth, from the rows that were measured."""

from pathlib import Path

from analysis.charts import finetuning as charts
from analysis.exhibits import Exhibit
from ml_core import tables
from ml_core.base_law import CURVATURE
from ml_core.bridge import read_layer
from ml_core.calibrate import LAYER, ROWS
from ml_core.findings import DRAWS, find
from ml_core.rows import load_measurements
from sim.scenario.files import shipped_folder

PUBLISHED = "shared/finetuning_published.toml"


def is_calibration(folder: Path) -> bool:
    """Whether a folder holds a finished calibration."""
    return all((folder / name).is_file() for name in (ROWS, LAYER))


def calibration_exhibits(folder: Path, draws: int = DRAWS) -> list[Exhibit]:
    """All figures of a calibration, each with its table."""
    rows = load_measurements(folder / ROWS)
    found = find(rows, draws)
    gains, curves = tables.gain_table(found), tables.curve_table(found)
    parity, law, errors = tables.parity_table(found), tables.law_table(found), tables.left_out_table(found)
    bases = tables.base_table(rows)
    layers = {"measured": read_layer(folder / LAYER), "published": read_layer(shipped_folder() / PUBLISHED)}
    worth = tables.worth_table(layers, CURVATURE)
    return [
        Exhibit("worth-by-tier", charts.worth_by_tier(worth), worth),
        Exhibit("gain-by-data", charts.gain_by_data(gains, curves), curves),
        Exhibit("parity", charts.parity(parity), parity),
        Exhibit("gain-by-gap", charts.gain_by_gap(gains), gains),
        Exhibit("measured-and-expected", charts.measured_and_expected(gains), gains),
        Exhibit("law-constants", charts.law_constants(law), law),
        Exhibit("left-out", charts.left_out(errors), errors),
        Exhibit("base-losses", charts.base_losses(bases), bases),
    ]
