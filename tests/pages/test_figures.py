"""What pages keep of figures and numbers while controls move."""

from dataclasses import fields

import pandas as pd
import plotly.graph_objects as go
import pytest

from analysis.charts.parts import panels
from analysis.pages.parts import figures
from analysis.tables import NOWHERE, RunTables


def runs() -> RunTables:
    frames = {one.name: pd.DataFrame({"month": [0]}) for one in fields(RunTables)[:-2]}
    return RunTables(**frames, metadata={}, folder=NOWHERE)


def test_what_is_made_of_results_is_made_once_for_each_run_and_name() -> None:
    asked: list[str] = []

    def make(name: str, tables: RunTables) -> int:
        asked.append(name)
        return len(tables.months)

    one, other = runs(), runs()
    for tables, name in ((one, "price"), (one, "price"), (one, "share"), (other, "price"), (one, "price")):
        assert figures.made(make, name, tables) == 1
    assert asked == ["price", "share", "price"]


def test_a_kept_figure_follows_the_colours_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[go.Figure] = []
    monkeypatch.setattr(figures, "_put", lambda fig, _: shown.append(fig))
    monkeypatch.setattr(figures, "behind", lambda table, _: None)

    def drawn(title: str) -> go.Figure:
        return panels(title, "Caption", "Words")

    for dark in (False, True, False):
        monkeypatch.setattr(figures, "dark", lambda dark=dark: dark)
        figures.figure_of("any", drawn, lambda _: pd.DataFrame(), "Title")
    light, night, again = shown
    assert again is light
    assert light.layout.template.layout.font.color != night.layout.template.layout.font.color
