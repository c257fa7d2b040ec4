"""Ways to play and to compare sweeps."""

import pandas as pd

from analysis.tables import load
from sim.sweep.crews import crew
from sim.sweep.runner import sweep


def serial(plan, out, **options):
    with crew("serial") as players:
        return sweep(plan, out, players, **options)


def same(one, other):
    one, other = load(one), load(other)
    pd.testing.assert_frame_equal(one.months, other.months)
    pd.testing.assert_frame_equal(one.runs.drop(columns="seconds"), other.runs.drop(columns="seconds"))
