"""What a merger does to prices and customers, from a table of products, for the competition economist.

Symbols: prices in the currency of the input; changes in per cent; surplus in per cent of revenue
before the merger; pre and post are the equilibria before and after.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.economics.calibration import Calibration, Market, calibrate, costs_from_prices
from sim.economics.choice import Array
from sim.economics.concentration import guppi, hhi, merged_hhi, presumed_harmful, upp
from sim.economics.demand import FORMS, Form
from sim.economics.equilibrium import Equilibrium, solve_prices
from sim.errors import UserError

ELASTICITY = 1.5  # size of the market's elasticity where the shares do not tell it
ALTERNATIVES = (1.1, 1.25, 1.5, 2.0, 2.5)  # assumed in the sensitivity table
RISE = 0.05  # of the hypothetical monopolist's test
PROOF = 1e-8  # relative difference of recalculated and given prices


@dataclass(frozen=True)
class MergerStudy:
    """Tidy tables of a merger's effects under both forms of demand."""

    products: pd.DataFrame  # one row per form and product
    summary: pd.DataFrame  # form, measure, value, unit
    monopolist: pd.DataFrame  # form, step, product, rise: the hypothetical monopolist's test
    sensitivity: pd.DataFrame  # form, elasticity, product, rise, surplus change
    notes: list[str]  # what could not be calculated, and why


@dataclass(frozen=True)
class _Case:
    """One form of demand before and after."""

    form: Form
    names: list[str]
    market: Market
    merging: tuple[str, str]
    fitted: Calibration
    pre: Equilibrium
    post: Equilibrium

    @property
    def firms(self) -> np.ndarray:
        """Owner of each product before, `[product]`."""
        return np.array(self.market.firm_ids)

    @property
    def merged(self) -> np.ndarray:
        """Whether a product belongs to one of the two, `[product]`."""
        return np.isin(self.firms, self.merging)


def study(
    names: Sequence[str], market: Market, merging: tuple[str, str], elasticity: float = ELASTICITY
) -> MergerStudy:
    """Effects of a merger of the two firms `merging`, under both forms of demand.

    First proves for each form that unchanged ownership gives the given prices back. `elasticity`
    (size) is used where the shares are of sales only. Raises `UserError` if the firms are not in the
    market or if neither form can be calibrated; a form that cannot is told in `notes`.
    """
    _check_merging(market, merging)
    cases, notes = [], []
    for form in FORMS:
        try:
            cases.append(_case(form, list(names), market, merging, elasticity))
        except ValueError as error:
            notes.append(str(error))
    if not cases:
        raise UserError(notes)
    levels = ALTERNATIVES if market.whole else ()
    return MergerStudy(
        pd.concat([_products(case) for case in cases], ignore_index=True),
        pd.concat([_summary(case) for case in cases], ignore_index=True),
        pd.concat([_monopolist(case) for case in cases], ignore_index=True),
        pd.DataFrame([row for level in levels for row in _alternative(list(names), market, merging, level)]),
        notes,
    )


def _check_merging(market: Market, merging: tuple[str, str]) -> None:
    """Refuse firms that are not there, or a firm merging with itself."""
    firms = sorted({str(firm) for firm in market.firm_ids})
    problems = [
        f"merging firm {one!r} is not in the table; its firms are {', '.join(firms)}."
        for one in merging
        if one not in firms
    ]
    if merging[0] == merging[1]:
        problems.append(f"a merger needs two different firms, but {merging[0]!r} is named twice.")
    if problems:
        raise UserError(problems)


def _case(form: Form, names: list[str], market: Market, merging: tuple[str, str], level: float) -> _Case:
    """Calibrate a form, prove that it gives the prices back, and let the firms merge."""
    fitted = calibrate(market, form, level)
    pre = solve_prices(fitted.demand, fitted.costs, market.firm_ids)
    apart = float(np.abs(pre.prices / market.prices - 1.0).max())
    if pre.status != "equilibrium" or apart > PROOF:
        raise ValueError(f"{form}: unchanged ownership does not give the input prices back ({apart:.1e}).")
    after = [merging[0] if firm == merging[1] else firm for firm in market.firm_ids]
    post = solve_prices(fitted.demand, fitted.costs, after, start=pre.prices)
    if post.status != "equilibrium":
        raise ValueError(f"{form}: no equilibrium was found after the merger ({post.status}).")
    return _Case(form, names, market, merging, fitted, pre, post)


def _products(case: _Case) -> pd.DataFrame:
    """Prices, shares, pressure and compensating cost reductions, one row per product."""
    pre, post, fitted = case.pre, case.post, case.fitted
    slopes = fitted.demand.jacobian(pre.prices)
    pressure = upp(slopes, pre.margins, case.firms, np.array(case.merging))
    index = guppi(slopes, pre.margins, pre.prices, case.firms, np.array(case.merging))
    return pd.DataFrame(
        {
            "form": case.form, "product": case.names, "firm": case.firms, "merging": case.merged,
            "price_before": pre.prices, "price_after": post.prices,
            "price_change_percent": 100.0 * (post.prices / pre.prices - 1.0),
            "share_before": pre.shares, "share_after": post.shares, "cost": fitted.costs,
            "margin_given": case.market.lerner, "margin_model": pre.lerner,
            "diversion_to_partner": _to_partner(case), "upp": pressure, "guppi_percent": 100.0 * index,
            "compensating_cost_cut_percent": 100.0 * _cost_cut(case),
        }
    )  # fmt: skip


def _to_partner(case: _Case) -> Array:
    """Share of the sales a merging product loses that goes to the partner's products, `[product]`."""
    diversion = case.fitted.demand.diversion(case.pre.prices)
    partner = np.outer(case.merged, case.merged) & (case.firms[:, None] != case.firms)
    return np.where(partner, diversion, 0.0).sum(axis=1)


def _cost_cut(case: _Case) -> Array:
    """Cut of a product's cost, as a share, that keeps all prices where they are. Source: Werden (1996)."""
    after = np.where(case.merged, case.merging[0], case.firms)
    needed = costs_from_prices(case.fitted.demand, case.pre.prices, after.tolist())
    return np.where(case.merged, 1.0 - needed / case.fitted.costs, 0.0)


def _summary(case: _Case) -> pd.DataFrame:
    """Figures of the whole market, one row per measure."""
    pre, post = case.pre, case.post
    inside = pre.shares / pre.shares.sum()
    firms = list(dict.fromkeys(case.firms.tolist()))
    by_firm = np.array([inside[case.firms == firm].sum() for firm in firms])
    one, other = (firms.index(firm) for firm in case.merging)
    naive, rise = merged_hhi(by_firm, one, other)
    revenue, apart = float(pre.revenue.sum()), float(np.abs(pre.prices / case.market.prices - 1.0).max())
    customers = post.consumer_surplus - pre.consumer_surplus
    profits = sum(post.profits.values()) - sum(pre.profits.values())
    rows = [
        ("largest difference of recalculated prices", apart, "1"),
        ("price sensitivity alpha", case.fitted.alpha, "1" if case.fitted.demand.spends else "1/currency"),
        ("outside share", case.fitted.outside_share, "1"),
        ("market elasticity", -case.fitted.elasticity, "1"),
        ("HHI before", hhi(by_firm), "0-10,000"),
        ("HHI after, shares unchanged", naive, "0-10,000"),
        ("HHI rise, shares unchanged", rise, "0-10,000"),
        ("HHI after, equilibrium", post.hhi, "0-10,000"),
        ("presumed harmful (2023 US guidelines)",
         float(presumed_harmful(naive, rise, by_firm[one] + by_firm[other])), "0 or 1"),
        ("mean price change of merging products", _mean_rise(case, case.merged), "%"),
        ("mean price change of all products", _mean_rise(case, np.ones_like(case.merged)), "%"),
        ("consumer surplus change", 100.0 * customers / revenue, "% of revenue before"),
        ("profit change of all firms", 100.0 * profits / revenue, "% of revenue before"),
        ("total surplus change", 100.0 * (customers + profits) / revenue, "% of revenue before"),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["measure", "value", "unit"])
    return table.assign(value=table["value"].astype(float)).assign(form=case.form)[
        ["form", "measure", "value", "unit"]
    ]


def _mean_rise(case: _Case, which: np.ndarray) -> float:
    """Mean price change in per cent, by revenue before the merger."""
    change = 100.0 * (case.post.prices / case.pre.prices - 1.0)
    return float(np.average(change[which], weights=case.pre.revenue[which]))


def _monopolist(case: _Case) -> pd.DataFrame:
    """Widen the market from the merging products until a monopolist of it would raise a price by 5%.

    At each step the monopolist sets the prices of the products in it, all others keeping theirs; if no
    price of a merging product rises enough, the product that most sales divert to is let in.
    """
    demand, prices = case.fitted.demand, case.pre.prices
    diversion = demand.diversion(prices)
    chosen, rows = case.merged.copy(), []
    for step in range(1 + int((~case.merged).sum())):
        fixed = np.where(chosen, np.nan, prices)
        alone = solve_prices(
            demand, case.fitted.costs, np.where(chosen, "monopolist", "others").tolist(), fixed_prices=fixed
        )
        rise = alone.prices / prices - 1.0
        passed = bool(rise[case.merged].max() >= RISE)
        rows += [
            {
                "form": case.form,
                "step": step,
                "product": name,
                "rise_percent": 100.0 * value,
                "passes": passed,
            }
            for name, value, inside in zip(case.names, rise, chosen, strict=True)
            if inside
        ]  # fmt: skip
        if passed or chosen.all():
            break
        pull = (case.pre.quantities[chosen, None] * diversion[chosen]).sum(axis=0)
        chosen[int(np.argmax(np.where(chosen, -np.inf, pull)))] = True
    return pd.DataFrame(rows)


def _alternative(
    names: list[str], market: Market, merging: tuple[str, str], level: float
) -> list[dict[str, object]]:
    """Price changes under another assumed elasticity; forms that do not allow it are left out."""
    rows: list[dict[str, object]] = []
    for form in FORMS:
        try:
            case = _case(form, names, market, merging, level)
        except ValueError:
            continue
        change = 100.0 * (case.post.prices / case.pre.prices - 1.0)
        lost = case.post.consumer_surplus - case.pre.consumer_surplus
        surplus = 100.0 * lost / float(case.pre.revenue.sum())
        rows += [
            {"form": form, "elasticity": level, "product": name, "price_change_percent": value,
             "surplus_change_percent": surplus}
            for name, value in zip(names, change.tolist(), strict=True)
        ]  # fmt: skip
    return rows
