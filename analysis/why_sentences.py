"""Plain sentences on an event of a run: what led to it, what the ledger says, what came of it."""

import re

import pandas as pd

from analysis.charts.parts import month_word
from analysis.units import amount
from analysis.why import Case, survivors
from sim.events import Veto

USD = "USD"
ACTS = {
    "price_war": "{who} wages no price war from then on",
    "training": "{who} does not start that run",
    "bankruptcy": "creditors forgive {who} what it owes and it goes on",
    "entry": "{who} stays out",
    "exit": "{who} stays in business",
}
NOBODY = "Nobody decided this, so there is no run without it; ask about what caused it."
MOST = 5  # effects told
GONE = ("bankruptcy", "exit")
IN = {
    "revenue": "from customers",
    "backing": "from its backers",
    "equity": "as new capital",
    "grant": "as grants",
    "backstop": "from the treasury",
}
OUT = {
    "serving": "for serving",
    "overhead": "for its house",
    "training": "for training",
    "interest": "as interest",
    "audits": "for audits",
}
SUNK = {"setup": "for setting up", "data": "for data", "specialists": "for specialists"}


def story(case: Case) -> list[str]:
    """The chain that led to the event, the ledger's evidence, and the direct effects."""
    lines = [_told(cause) for cause in case.causes()]
    lines += _evidence(case)
    effects = case.effects()
    lines += [f"It led to this: {_told(row)}" for _, row in effects.head(MOST).iterrows()]
    if len(effects) > MOST:
        lines.append(f"It led to {len(effects) - MOST} more events.")
    return lines


def _told(row: pd.Series) -> str:
    return f"{month_word(row['date'])}: {_name(row['who'])} {row['text']}."


def _name(who: str) -> str:
    return str(who).replace("_", " ")


def _evidence(case: Case) -> list[str]:
    """What tables and ledger say about the event itself."""
    row = case.row
    wars = [cause for cause in case.causes() if cause["kind"] == "price_war"]
    if wars:
        return _of_war(case, wars[-1])
    if row["kind"] in ("bankruptcy", "backstop") and case.ledger is not None:
        return [_flows(case, str(row["who"]), max(int(row["month"]) - 11, 0), int(row["month"]))]
    if row["kind"] == "entry" and case.ledger is not None:
        return _of_entry(case, str(row["who"]), int(row["month"]))
    if row["kind"] in ("training", "release"):
        return _of_model(case)
    return []


def _of_war(case: Case, war: pd.Series) -> list[str]:
    """A war's price, and the target's purse while it lasts."""
    found = re.search(r"to be rid of (\w+)", str(war["text"]))
    if not found:
        return []
    aggressor, target = str(war["who"]), found[1]
    first, last = int(war["month"]), war_end(case, war)
    money = [] if case.ledger is None else [_purse, _flows]
    return [
        _war_prices(case, aggressor, first, last),
        *(line(case, target, first, last) for line in money),
        _outcome(case, target, first, last),
    ]


def war_end(case: Case, war: pd.Series) -> int:
    """Last month in which a war's prices stood."""
    events = case.tables.events
    ends = (events["kind"] == "price_war_end") & (events["who"] == war["who"])
    after = events.loc[ends & (events["month"] > war["month"]), "month"]
    return int(after.min()) - 1 if len(after) else int(case.tables.months["month"].max())


def _of(case: Case, who: str) -> pd.DataFrame:
    """Series of one provider by month."""
    providers = case.tables.providers
    return providers[providers["provider"] == who].set_index("month")


def _war_prices(case: Case, aggressor: str, first: int, last: int) -> str:
    markup = _of(case, aggressor)["price"] / _of(case, aggressor)["unit_cost"]
    during = markup.loc[first:last]
    before = f", after {markup.loc[first - 1]:.2f} x the month before" if first - 1 in markup.index else ""
    return (
        f"{_name(aggressor)} sold at {during.min():.2f} to {during.max():.2f} x unit cost for "
        f"{last - first + 1} months{before}."
    )


def _purse(case: Case, target: str, first: int, last: int) -> str:
    cash, months = _of(case, target)["cash"], last - first + 1
    monthly = net_flow(case, target, first, last) / months
    pace = f"lost {amount(-monthly, USD)}" if monthly < 0 else f"still gained {amount(monthly, USD)}"
    had = cash.loc[first - 1] if first > 0 else cash.loc[first] - net_flow(case, target, first, first)
    return f"{_name(target)} held {amount(had, USD)} when it began and {pace} a month in the war (ledger)."


def _outcome(case: Case, target: str, first: int, last: int) -> str:
    events = case.tables.events
    ruin = (events["who"] == target) & events["kind"].isin(GONE) & events["month"].between(first, last)
    if not ruin.any():
        return f"{_name(target)} was still there when it ended."
    lasted = int(events.loc[ruin, "month"].iloc[0]) - first + 1
    return f"{_name(target)}'s money lasted {lasted} months; then it left the market."


def net_flow(case: Case, who: str, first: int, last: int) -> float:
    """Receipts less payments of a provider over some months, write-offs apart, USD; from the ledger."""
    book = _book(case, first, last).query("kind != 'write_off'")
    came, went = (book.loc[book[side] == who, "amount"].sum() for side in ("payee", "payer"))
    return float(came - went)


def _book(case: Case, first: int, last: int) -> pd.DataFrame:
    """The ledger over some months."""
    assert case.ledger is not None
    return case.ledger[case.ledger["month"].between(first, last)]


def _flows(case: Case, who: str, first: int, last: int) -> str:
    """What a provider received and paid over some months, by kind, from the ledger."""
    book = _book(case, first, last).query("kind != 'write_off'")
    got, paid = _listed(book[book["payee"] == who], IN), _listed(book[book["payer"] == who], OUT)
    span = f"In these {last - first + 1} months" if last > first else "In this month"
    return f"{span} {_name(who)} received {got} and paid {paid} (ledger)."


def _listed(book: pd.DataFrame, words: dict[str, str]) -> str:
    """Payments by kind in words; kinds without words are added up."""
    kinds = book.groupby("kind")["amount"].sum()
    parts = [f"{amount(kinds[kind], USD)} {said}" for kind, said in words.items() if kind in kinds]
    rest = float(kinds[~kinds.index.isin(list(words))].sum())
    parts += [f"{amount(rest, USD)} in other ways"] if rest > 0 else []
    return ", ".join(parts) if parts else "nothing"


def _of_entry(case: Case, who: str, month: int) -> list[str]:
    """What coming cost, and how the newcomer has fared since."""
    book, last = _book(case, month, month), int(case.tables.months["month"].max())
    sunk = _listed(book[(book["payer"] == who) & book["kind"].isin(list(SUNK))], SUNK)
    brought = book.loc[(book["payee"] == who) & (book["kind"] == "equity"), "amount"].sum()
    came = f"{_name(who)} came with {amount(brought, USD)} of its owners and sank {sunk} (ledger)."
    return [came, _flows(case, who, month + 1, last)] if last > month else [came]


def _of_model(case: Case) -> list[str]:
    """What the model of a training run or release cost and earned."""
    row, models = case.row, case.tables.vintages
    number = re.search(r"model (\d+)", str(row["text"]))
    if not number:
        return []
    mine = models[(models["provider"] == row["who"]) & (models["vintage"] == int(number[1]))]
    if mine.empty:
        return ["The model had not been released when the run ended."]
    model = mine.iloc[0]
    earned = amount(model["revenue"] - model["serving"], USD)
    return [
        f"The model cost {amount(model['budget'], USD)} to develop and brought {earned} in sales less "
        f"serving: a result of {amount(model['result'], USD)}."
    ]


def without_it(veto: Veto) -> str:
    """What is otherwise in the run without an act."""
    return f"The same run with the same luck, but {ACTS[veto.kind].format(who=_name(veto.who))}"


def difference_words(found: pd.DataFrame) -> pd.DataFrame:
    """`differences` in words."""
    changes = [
        f"{100 * (here / there - 1):+.1f} %" if there else ""
        for here, there in zip(found["with"], found["without"], strict=True)
    ]
    told = {
        name: [amount(value, unit) for value, unit in zip(found[column], found["unit"], strict=True)]
        for name, column in (("As it was", "with"), ("Without it", "without"))
    }
    return pd.DataFrame({"Mean over": found["when"], "Outcome": found["outcome"], **told, "Change": changes})


def who_is_left(case: Case, providers: pd.DataFrame) -> str:
    """Who is in business at the end of the run without an act, against the run as it was."""
    here, there = survivors(case, providers)
    changed = [f"{_name(name)} would be" for name in sorted(there - here)]
    changed += [f"{_name(name)} would not be" for name in sorted(here - there)]
    said = f"Without it {', '.join(changed)}" if changed else "With and without it the same are"
    return f"{said} in business at the end."
