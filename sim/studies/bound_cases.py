"""Which markets the study of the bound plays: a grid, experiments on departures, mechanisms alone."""

from dataclasses import replace
from typing import Any

from sim.studies.bound import Case, Settings

THETAS = (0.5, 0.8, 1.1, 1.3, 1.5, 2.0, 2.5)
SIZES = (1e8, 1e9, 1e10, 1e11)  # USD/yr, what customers spend
PERISHABLE = 4.0  # month in which progress halves the compute for a model, where models perish
QUICK_MONTHS, QUICK_LAST, QUICK_FIRMS = 36, 12, 20  # of a look
AS_IT_IS, IN_TURNS, PERISHING, BOTH = "as it is", "in turns", "models perish", "in turns, models perish"


def grid(quick: bool = False) -> list[Case]:
    """The market as it is, and with firms deciding in turns on models that perish, over theta and size."""
    thetas = (0.5, 1.5) if quick else THETAS
    sizes = (1e8, 1e9) if quick else SIZES
    cases = [Case(AS_IT_IS, theta, size) for theta in thetas for size in sizes]
    cases += [_explained(Case(BOTH, theta, size)) for theta in thetas for size in sizes if theta > 1.0]
    return _lengths(cases, quick)


def _explained(case: Case) -> Case:
    """The same, in turns and with models that perish."""
    return replace(case, in_turns=True, settings=(*case.settings, ("technology.halving_time", PERISHABLE)))


def _lengths(cases: list[Case], quick: bool) -> list[Case]:
    if not quick:
        return cases
    few = ((f"{NEWCOMER}.most", QUICK_FIRMS),)
    return [
        replace(case, months=QUICK_MONTHS, last=QUICK_LAST, settings=(*case.settings, *few)) for case in cases
    ]


FOUND_AT = (1.1, 1.3, 1.5, 2.0)  # theta of the experiments
FOUND_SIZES = (1e10,)  # USD/yr
FIRM, NEWCOMER = "providers.search_giant", "entrants.late_startup"


def departures(quick: bool = False) -> list[Case]:
    """Experiments that change one thing in which the program differs from theory, at several theta."""
    perish: Settings = {"technology.halving_time": PERISHABLE}
    changes: list[tuple[str, Settings, bool]] = [
        (AS_IT_IS, {}, False),
        (IN_TURNS, {}, True),
        (PERISHING, perish, False),
        (BOTH, perish, True),
        ("judged for two years", {"training.model_life": 24}, False),
        ("half a year to train", {"training.duration": 6, "training.model_life": 6}, False),
        ("100 come a year", {f"{NEWCOMER}.rate": 100.0}, False),
        ("six come a year", {f"{NEWCOMER}.rate": 6.0}, False),
        ("purse of a tenth of sales", _purse(0.1), False),
    ]
    thetas, sizes = ((1.5,), (1e9,)) if quick else (FOUND_AT, FOUND_SIZES)
    cases = [
        Case(label, theta, size, _scaled(settings, size), turns)
        for label, settings, turns in (changes[:2] if quick else changes)
        for theta in thetas
        for size in sizes
    ]
    return _lengths(cases, quick)


def _purse(share: float) -> Settings:
    """Purses as a share of yearly sales, to be scaled by them."""
    return {f"{FIRM}.cash": ("sales", share), f"{NEWCOMER}.purse": ("sales", share)}


def _scaled(settings: Settings, size: float) -> tuple[tuple[str, Any], ...]:
    """Settings with shares of sales as amounts of money."""
    return tuple((k, v[1] * size if isinstance(v, tuple) else v) for k, v in settings.items())


ALONE_AT, ALONE_SIZE, SEEDS = 1.3, 1e10, 2
MECHANISMS: dict[str, Settings] = {
    "none": {},
    "serving cost rises with size": {
        "scaling.size_exp": 0.3478, "scaling.data_exp": 0.3658, "scaling.size_coef": 482.01,
    },
    "scaling up takes time": {
        "training.knee_exponent": 0.3, f"{FIRM}.largest_budget": 1e6, f"{NEWCOMER}.largest_budget": 1e6,
    },
    "beliefs": {
        "belief.kind": "extrapolated", "belief.conviction_at_start": 0.3, "belief.conviction_gain": 0.15,
        "belief.growth_memory": 12,
    },
    "luck of runs": {"training.luck": 0.3},
    "competence differs and leaks": {"competence.discovery": 0.15, "competence.leak_rate": 0.7},
    "customers have tastes": {"demand.taste_spread": 0.5},
    "customers differ": {"demand.price_sensitivity_spread": 0.3, "demand.capability_taste_spread": 0.2},
    "likeness of rivals": {"demand.nest_correlation": 0.6},
    "yearly reviews, switching costs": {"demand.review_rate": 1.0, "demand.switching_cost": 1.1},
    "trust": {
        "trust.rise": 0.1, "trust.fall": 1.0, "trust.adoption_pull": 1.0,
        "domains.software.correctness": 1.0,
    },
    "machines and open weights": {
        "demand.engineering_cost": 1.0, "open_frontier.local_engineering": 0.5,
        "open_frontier.open_engineering": 1.2,
    },
    "diffusion": {"adoption.considering_at_start": 0.01},
    "worth levels off": {"demand.value.kind": "saturating", "demand.value.plateau": 25.0},
    "small purses": _purse(0.1),
    "small purses and price wars": _purse(0.1) | {"rivalry.motive": "telser", "rivalry.antitrust": "off"},
    "a measure: half a year's sales for the first": {f"{FIRM}.backing": ("sales", 0.5)},
}  # fmt: skip


def alone(quick: bool = False) -> list[Case]:
    """Each mechanism of the baseline alone, on the market in turns with models that perish."""
    names = list(MECHANISMS)[:2] if quick else list(MECHANISMS)
    size, seeds = (1e9, 1) if quick else (ALONE_SIZE, SEEDS)
    cases = [
        _explained(Case(name, ALONE_AT, size, _scaled(MECHANISMS[name], size), seed=seed))
        for name in names
        for seed in range(seeds)
    ]
    return _lengths(cases, quick)
