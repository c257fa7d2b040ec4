"""The study of leaders against the published dates."""

import numpy as np
import pytest

from analysis.leaders import leaders_figure, study_leaders
from sim.studies.leaders import by_program, gap, peak


def test_the_closed_form_has_the_published_dates() -> None:
    assert peak() == pytest.approx(3.33, abs=0.005)
    assert gap(peak()) == pytest.approx(0.239, abs=0.0005)
    assert np.allclose(gap([5, 10, 20]), [0.218, 0.104, 0.014], atol=0.0006)
    years = np.linspace(0, 30, 3001)
    assert years[np.argmax(gap(years, 2.0))] == pytest.approx(peak(2.0), abs=0.01)


def test_the_program_gives_the_closed_form_back() -> None:
    found = by_program(7)
    assert np.allclose(found["gap"], gap(found["year"]), atol=1e-5)
    share = found["each unit of loss"]
    assert share.iloc[0] == pytest.approx(0.5, abs=0.05)
    assert 1 <= int(share.idxmax()) <= 3
    assert share.iloc[-1] < 0.55
    assert (
        found["each nat of compute"].is_monotonic_increasing or found["each nat of compute"].iloc[-1] > 0.95
    )


def test_its_figure_draws() -> None:
    figure = leaders_figure(study_leaders(2, 3.6, lambda *_: None))
    assert len(figure.data) == 4
