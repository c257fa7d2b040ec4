"""What is unsound is found."""

import pandas as pd
import pytest

from sim.studies.soundness import unsound


def months(**columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"month": [0, 1], "revenue": [0.0, 5.0]} | columns)


def test_sound_numbers_have_no_faults() -> None:
    assert unsound(months(hhi=[float("nan"), 2500.0], using=[0.0, 1.0], lerner=[float("nan"), 0.4])).empty


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ({"hhi": [5000.0, float("nan")]}, "is missing while models are sold"),
        ({"hhi": [5000.0, 10_001.0]}, "is not in (0, 10,000]"),
        ({"using": [0.5, 1.01]}, "is not between 0 and 1"),
        ({"training_outlay": [0.0, -1.0]}, "is below 0"),
        ({"frontier": [0.0, float("inf")]}, "is infinite"),
    ],
)
def test_a_fault_is_told_with_its_place(columns: dict[str, list[float]], fault: str) -> None:
    found = unsound(months(**columns))
    assert len(found) == 1
    assert tuple(found.iloc[0][["month", "outcome", "fault"]]) == (1, next(iter(columns)), fault)
