from itertools import combinations

import numpy as np
import plotly.graph_objects as go
import pytest

from analysis.style import (
    FIGURE_WIDTH,
    GRID,
    INK,
    PALETTE,
    PAPER,
    POINTS_PER_MM,
    PRINT_WIDTH,
    SIGNS,
    SYMBOLS,
    apply,
    provider_colors,
    provider_dashes,
    provider_label,
    provider_symbols,
    template,
)

# Linear RGB as people with a missing type of cone see it (Machado et al. 2009, severity 1).
SIGHT = {
    "common": np.eye(3),
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(color):
    c = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    lights = sorted(float(linear(color) @ [0.2126, 0.7152, 0.0722]) + 0.05 for color in (one, other))
    return lights[1] / lights[0]


def cielab(rgb):
    xyz = np.clip(rgb, 0, 1) @ np.array(
        [[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]]
    )
    f = np.cbrt(xyz / [0.9505, 1.0, 1.089])
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", SIGHT)
def test_any_two_colours_are_told_apart_whatever_the_sight(sight):
    seen = [cielab(np.asarray(SIGHT[sight]) @ linear(color)) for color in PALETTE]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 12


@pytest.mark.parametrize("dark", [False, True])
def test_ink_is_readable_and_lines_are_visible_on_both_papers(dark):
    assert contrast(INK[dark], PAPER[dark]) > 12
    assert min(contrast(color, PAPER[dark]) for color in PALETTE) > 2.2
    assert contrast(GRID[dark], PAPER[dark]) < 1.8  # the grid stays behind the data


def sizes(node):
    if isinstance(node, dict):
        for key, value in node.items():
            yield from [value] if key == "size" else sizes(value)


def test_every_text_is_six_points_and_more_in_a_column_of_print():
    points_per_px = PRINT_WIDTH * POINTS_PER_MM / FIGURE_WIDTH
    found = list(sizes(template().to_plotly_json()["layout"]))
    assert len(found) > 4
    assert min(found) * points_per_px >= 6


def test_providers_keep_colour_whatever_the_order_they_come_in():
    names = [f"p{i}" for i in range(20)]
    assert provider_colors(names) == provider_colors(names[::-1] + names)


def test_more_providers_than_colours_still_look_different():
    names = [f"p{i:02}" for i in range(30)]
    looks = {(provider_colors(names)[name], provider_dashes(names)[name]) for name in names}
    assert len(looks) == 30
    assert set(provider_symbols(names).values()) == set(SYMBOLS) == set(SIGNS)


def test_names_cannot_smuggle_tags_into_a_figure():
    assert provider_label("eu_champion") == "eu champion"
    assert "<" not in provider_label("<a href='javascript:x'>hi</a>")


def test_dark_and_opaque_figures():
    fig = apply(go.Figure(), dark=True, opaque=True)
    assert fig.layout.paper_bgcolor == PAPER[True]
    assert fig.layout.template.layout.font.color == INK[True]
    assert apply(go.Figure()).layout.paper_bgcolor is None
