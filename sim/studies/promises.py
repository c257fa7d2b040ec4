"""What every run keeps, whatever its scenario: bounds of what is recorded, and when a series may be empty."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.columns import OPEN
from sim.model import Market
from sim.outcomes import JURISDICTION_SERIES, OUTCOMES, PRODUCT_SERIES, PROVIDER_SERIES
from sim.outcomes.registry import Series

INFINITE = float("inf")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ROUNDING = 1e-9  # relative, of sums of shares and of credit
BOUNDS = {"nat": (-INFINITE, INFINITE), "0/1": (0.0, 1.0), "0-10,000": (0.0, 10_000.0)}  # unit -> ends
OWN_BOUNDS = {
    "theta": (-INFINITE, INFINITE),
    "pace": (-INFINITE, INFINITE),
    "effective_pace": (-INFINITE, INFINITE),
    "lerner": (-INFINITE, 1.0),
    "cash": (-INFINITE, INFINITE),
}  # series -> ends, where its unit does not tell
SHARES = _words(
    """leader_share considering using multi_homing champion_share hosted_share activations_share full_share
    economy_share free_use self_financed paid_back automated_research corporate_share startup_share
    commons_share fight_chance across_borders trust trust_lowest audit_depth frontier_audit_depth
    common_exposure misuse_kept_out misuse_unwatched hold_up served served_lowest served_highest
    capability_gini bought_abroad share use"""
)  # series of unit 1 that cannot be above one
POSITIVE = frozenset(("price", "unit_cost", "flagship_price", "mean_price", "algorithms", "efficiency"))
SALES, ON_SALE, USE, ANY_USE = "revenue", "providers", "using", "served"
EMPTY_WITHOUT = {
    **dict.fromkeys(
        ("hhi", "effective_number", "leader_share", "mean_price", "lerner", "leader_tenure"), SALES
    ),
    **dict.fromkeys(("champion_share", "corporate_share", "startup_share", "commons_share"), SALES),
    **dict.fromkeys(("frontier", "frontier_flop", "frontier_cost", "flagship_price", "theta"), ON_SALE),
    **dict.fromkeys(("competence_spread", "frontier_audit_depth"), ON_SALE),
    **dict.fromkeys(("multi_homing", "hosted_share", "activations_share", "full_share"), USE),
    **dict.fromkeys(("economy_share", "across_borders", "hold_up"), USE),
    **dict.fromkeys(("trust", "trust_lowest", "audit_depth", "common_exposure"), ANY_USE),
    **dict.fromkeys(("misuse_kept_out",), ANY_USE),
}  # series -> the series without which it may be empty
EMPTY_AT_TIMES = _words(
    """follower_gap deviation_gain price_q0 price_q5 price_q10 self_financed paid_back payback_time
    algorithm_halving fringe_gap misuse_unwatched understood understanding_gap capability_gini pace
    effective_pace generation_time machine_gap open_gap"""
)
OF_SELLERS = frozenset(("capability", "params", "price", "unit_cost", "audit_depth", "hazard"))


def broken_in_month(market: Market) -> Iterator[str]:
    """What the state of a market breaks after a month: trust, money, prices, codes and shares of use."""
    trust, goods, use = market.trust, market.catalogue, market.segment_use
    if not ((trust > 0) & (trust < 1)).all():
        yield f"trust lies outside (0, 1): {trust.min()!r} to {trust.max()!r}"
    for provider in market.providers:
        if provider.alive and provider.cash < -provider.credit * (1 + ROUNDING) - ROUNDING:
            yield f"{provider.name} goes on with {provider.cash!r} USD and a credit of {provider.credit!r}"
    if not (np.isfinite(goods.price) & (goods.price > 0)).all():
        yield f"a price is not positive: {goods.price.min()!r} USD/Mtoken"
    if (use < 0).any() or (use.sum(axis=1) > 1 + ROUNDING).any():
        yield f"shares of use of a segment add up to {use.sum(axis=1).max()!r}"
    work = market.workloads
    if work.product.min(initial=0) < OPEN or (work.product[~work.considering] != -1).any():
        yield "a workload uses what does not exist, or does not consider it"


def broken_in_tables(
    months: pd.DataFrame, providers: pd.DataFrame, products: pd.DataFrame, jurisdictions: pd.DataFrame
) -> Iterator[tuple[int, str]]:
    """What recorded series break: the first month of each, and a sentence."""
    yield from broken_in_months(months)
    for series in PROVIDER_SERIES:
        yield from _outside(providers, series)
        may = providers["selling"] == 0 if series.name in OF_SELLERS else pd.Series(False, providers.index)
        if series.name not in ("share", "price_cost"):  # without sales there is none
            yield from _first(providers, providers[series.name].isna() & ~may, f"{series.name} is empty")
    for product in PRODUCT_SERIES:
        yield from _outside(products, product)
        yield from _first(products, products[product.name].isna(), f"{product.name} of a product is empty")
    for place in JURISDICTION_SERIES:
        yield from _outside(jurisdictions, place)
        if place.name not in ("capability_gini", "bought_abroad"):  # without use or spending there is none
            empty = jurisdictions[place.name].isna()
            yield from _first(jurisdictions, empty, f"{place.name} of a jurisdiction is empty")
    yield from _shares_of_one(providers)


def broken_in_months(months: pd.DataFrame) -> Iterator[tuple[int, str]]:
    """What the outcomes of one run break, as far as recorded: the first month of each, and a sentence."""
    for outcome in OUTCOMES:
        if outcome.name in months:
            yield from _outside(months, outcome)
            yield from _empty(months, outcome.name)


def _outside(frame: pd.DataFrame, series: Series) -> Iterator[tuple[int, str]]:
    """Values beyond the bounds of a series."""
    low, high = OWN_BOUNDS.get(series.name) or BOUNDS.get(series.unit, (0.0, INFINITE))
    if series.name in SHARES:
        high = 1.0
    values = frame[series.name]
    room = ROUNDING * max(abs(low), abs(high)) if np.isfinite(low) and np.isfinite(high) else 0.0
    wrong = (values < low - room) | (values > high + room) | np.isinf(values)
    wrong |= (values <= 0) & (series.name in POSITIVE)
    yield from _first(frame, wrong, f"{series.name} is outside {low:g} to {high:g}", series.name)


def _empty(months: pd.DataFrame, name: str) -> Iterator[tuple[int, str]]:
    """Months in which an outcome is empty though it promises a number."""
    if name in EMPTY_AT_TIMES:
        return
    needs = EMPTY_WITHOUT.get(name)
    if needs and needs not in months:
        return
    told = months[needs] > 0 if needs else pd.Series(True, months.index)
    words = f"{name} is empty though {needs} is not" if needs else f"{name} is empty"
    yield from _first(months, months[name].isna() & told, words)


def _shares_of_one(providers: pd.DataFrame) -> Iterator[tuple[int, str]]:
    """Shares of revenue that do not add up to one where there is revenue."""
    by_month = providers.groupby("month")[["share", "revenue"]].sum().reset_index()
    wrong = (by_month["revenue"] > 0) & ((by_month["share"] - 1).abs() > ROUNDING)
    yield from _first(by_month, wrong, "shares of revenue do not add up to one", "share")


def _first(frame: pd.DataFrame, wrong: pd.Series, words: str, value: str = "") -> Iterator[tuple[int, str]]:
    if wrong.any():
        row = frame[wrong].iloc[0]
        yield int(row["month"]), words + (f": {row[value]!r}" if value else "")
