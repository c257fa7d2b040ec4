"""The figures of a report, in order, each with the table behind it."""

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from analysis import charts
from analysis.assumptions import as_texts
from analysis.charts.arms import linked
from analysis.charts.parts import Named, month_word
from analysis.charts.products import FREE, QUALITY, TIERS, UNIT, tier_prices
from analysis.charts.providers import last_year_shares, series
from analysis.charts.timeline import KINDS
from analysis.charts.vintages import accounts, best_seller
from analysis.sentences import course
from analysis.tables import YEAR, RunTables, end_values, median_replication, outcome
from analysis.units import amount, share

FANS = (
    "self_financed", "frontier_flop", "flagship_price", "lerner", "follower_gap", "consumer_surplus",
    "spend_share", "theta",
)  # fmt: skip
BY_REGIME = ("effective_number", "revenue")
PAIR = ("theta", "effective_number")
OVERSIGHT = ("audit_depth", "expected_harm")
SAFETY = ("trust", "audit_depth", "expected_harm", "harm_worst")
PUBLIC = ("public_outlay", "measures", "across_borders")
GINI = "capability_gini"
ACT_COLUMNS = {"date": "Month", "who": "Who", "kind": "Kind", "text": "What", "amount": "Amount"}
MODEL_COLUMNS = {
    "provider": "Provider", "vintage": "Model", "capability": "Capability", "budget": "Development cost",
    "params": "Parameters", "tokens": "Tokens", "flop": "Training compute", "result": "Result so far",
}  # fmt: skip
MODEL_UNITS = {
    "capability": "nat",
    "budget": "USD",
    "params": "1",
    "tokens": "1",
    "flop": "FLOP",
    "result": "USD",
}


@dataclass(frozen=True)
class Exhibit:
    """A figure and what it shows in numbers, as texts."""

    key: str
    figure: go.Figure
    table: pd.DataFrame

    @property
    def title(self) -> str:
        """The title of the figure."""
        return str(self.figure.layout.meta["title"])

    @property
    def caption(self) -> str:
        """What line and band stand for."""
        return str(self.figure.layout.meta["caption"])

    @property
    def alt(self) -> str:
        """The text alternative of the figure."""
        return str(self.figure.layout.meta["alt"])


def exhibits(tables: RunTables) -> list[Exhibit]:
    """All figures of a run."""
    months, providers = tables.months, tables.providers
    chosen = median_replication(months)
    fixed = [
        Exhibit("shares", charts.shares(providers), share_table(providers, chosen)),
        Exhibit(
            "structure", charts.structure(months), course(months, ["effective_number", "hhi", "providers"])
        ),
        Exhibit("prices", charts.prices(providers, months), price_table(providers, chosen)),
        Exhibit("money", charts.revenue_and_outlay(months), course(months, ["revenue", "training_outlay"])),
        Exhibit("models", charts.frontier(months, tables.vintages), model_table(tables.vintages, chosen)),
        Exhibit("quality", charts.prices_at_quality(months), course(months, QUALITY)),
        Exhibit(
            "tier-prices", charts.prices_by_tier(tables.products, months), tier_table(tables.products, chosen)
        ),
        Exhibit("tiers", charts.tiers(months), course(months, TIERS)),
        Exhibit("free", charts.without_provider(months), course(months, FREE)),
        Exhibit("adoption", charts.adoption(months), course(months, ["considering", "using"])),
    ]
    one = [
        Exhibit("results", charts.waterfall(tables.vintages, chosen), account_table(tables.vintages, chosen)),
        Exhibit(
            "timeline",
            charts.timeline(tables.events, chosen, months["date"].max()),
            act_table(tables, chosen),
        ),
    ]
    ended = months.merge(tables.regimes[["replication", "regime"]], on="replication")
    panels = [Exhibit(f"regime-{n}", charts.by_regime(ended, n), regime_course(ended, n)) for n in BY_REGIME]
    fans = [Exhibit(name, charts.fan(months, name), course(months, [name])) for name in FANS]
    rules = [*oversight_exhibits(tables), *public_exhibits(months)]
    return [*fixed, *one, *panels, *fans, *rules, bound_exhibit(months)]


def public_exhibits(months: pd.DataFrame) -> list[Exhibit]:
    """Public money and sales across borders, where a government did anything."""
    if not (set(PUBLIC) <= set(months) and (months[["public_outlay", "measures"]] > 0).any(axis=None)):
        return []
    figure = linked(months, PUBLIC, title="What governments do")
    return [Exhibit("governments", figure, course(months, list(PUBLIC)))]


def oversight_exhibits(tables: RunTables) -> list[Exhibit]:
    """Trust, audits and harm, and access by jurisdiction."""
    months = tables.months
    figure = linked(months, SAFETY, title="Trust, audits and harm")
    ends, (depth, harm) = end_values(months, OVERSIGHT), map(in_words, OVERSIGHT)
    places = access_by_place(tables)
    return [
        Exhibit("safety", figure, course(months, list(SAFETY))),
        Exhibit("access", charts.access(places), access_table(places)),
        Exhibit("oversight", charts.audits_and_harm(ends, depth, harm), ends_table(ends)),
    ]


def access_by_place(tables: RunTables) -> pd.DataFrame:
    """The table of `charts.access`: share served by jurisdiction, with the Gini of the whole market."""
    gini = tables.months[["replication", "month", GINI]].rename(columns={GINI: "gini"})
    columns = ["replication", "month", "date", "jurisdiction", "served"]
    return tables.jurisdictions[columns].merge(gini, on=["replication", "month"])


def access_table(places: pd.DataFrame) -> pd.DataFrame:
    """Medians over runs of the share served in each jurisdiction, and of the Gini, a row a year."""
    served = places.pivot_table(index="date", columns="jurisdiction", values="served", aggfunc="median")
    gini = places.groupby("date")["gini"].median().map(lambda x: amount(x, "1"))
    return _by_year(served.map(share).assign(**{"Gini of capability used": gini}))


def in_words(name: str) -> Named:
    """An outcome of the registry as a column in words."""
    return Named(name, outcome(name).label, outcome(name).unit)


def ends_table(ends: pd.DataFrame) -> pd.DataFrame:
    """Outcomes at the end of each run, as texts."""
    texts = {outcome(n).label: ends[n].map(lambda x, n=n: amount(x, outcome(n).unit)) for n in ends}
    return pd.DataFrame(texts).rename_axis("Run").reset_index().map(str)


def bound_exhibit(months: pd.DataFrame) -> Exhibit:
    """Reward for bigger runs against the number of providers at the end of each run."""
    ends = end_values(months, PAIR)
    return Exhibit("bound", charts.theta_and_bound(ends, *map(in_words, PAIR)), ends_table(ends))


def account_table(vintages: pd.DataFrame, replication: int) -> pd.DataFrame:
    """The models of the best seller with what each earned."""
    if not (vintages["replication"] == replication).any():
        return pd.DataFrame({"Model": []})
    table = accounts(vintages, replication, best_seller(vintages, replication))
    return pd.DataFrame(
        {
            "Model": table["vintage"].astype(str),
            "Released": [month_word(date) for date in table["date"]],
            "Result": [amount(value, "USD") for value in table["result"]],
            "Result so far": [amount(value, "USD") for value in table["end"]],
        }
    )


def act_table(tables: RunTables, replication: int) -> pd.DataFrame:
    """The events that the timeline marks."""
    own = tables.events[(tables.events["replication"] == replication) & tables.events["kind"].isin(KINDS)]
    own = own[list(ACT_COLUMNS)].rename(columns=ACT_COLUMNS)
    return as_texts(own.assign(Month=[month_word(date) for date in own["Month"]]))


def regime_course(months: pd.DataFrame, name: str) -> pd.DataFrame:
    """An outcome a year by regime."""
    parts = {str(r): course(own, [name]).set_index("Month").iloc[:, 0] for r, own in months.groupby("regime")}
    return pd.concat(parts, axis=1).fillna("").reset_index()


def share_table(providers: pd.DataFrame, replication: int) -> pd.DataFrame:
    """Shares of the revenue of the last twelve months, a row a year."""
    return _by_year(last_year_shares(providers, replication).map(share))


def price_table(providers: pd.DataFrame, replication: int) -> pd.DataFrame:
    """Prices, a row a year."""
    one = providers[providers["replication"] == replication]
    wide = one.pivot(index="date", columns="provider", values="price")
    return _by_year(wide.map(lambda price: amount(price, series("price").unit)))


def tier_table(products: pd.DataFrame, replication: int) -> pd.DataFrame:
    """Prices by tier, a row a year."""
    return _by_year(tier_prices(products, replication).map(lambda price: amount(price, UNIT)))


def _by_year(wide: pd.DataFrame) -> pd.DataFrame:
    """Every twelfth month and the last, with the month in words and names as labels."""
    rows = [i for i in range(len(wide)) if i % YEAR == 0 or i == len(wide) - 1]
    kept = wide.iloc[rows].rename(columns=lambda name: str(name).replace("_", " "))
    kept.insert(0, "Month", [month_word(date) for date in kept.index])
    return kept.reset_index(drop=True)


def model_table(vintages: pd.DataFrame, replication: int) -> pd.DataFrame:
    """The models of a run in order of release."""
    one = vintages[vintages["replication"] == replication].sort_values(["date", "provider"])
    texts = {
        column: one[column].map(lambda x, unit=unit: amount(x, unit)) for column, unit in MODEL_UNITS.items()
    }
    named = one.assign(**texts, provider=one["provider"].str.replace("_", " "))
    named = named[list(MODEL_COLUMNS)].rename(columns=MODEL_COLUMNS)
    named.insert(0, "Released", [month_word(date) for date in one["date"]])
    return named.reset_index(drop=True)
