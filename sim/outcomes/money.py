"""Outcomes of money and rivalry: who came, who left, who paid, and who owns what is sold."""

import numpy as np

from sim.economics.scaling import Array
from sim.outcomes.record import Record, over
from sim.outcomes.registry import Derived, Noted, Series
from sim.published import Published


def _entries(view: Published) -> float:
    """Providers that entered this month."""
    return float(view.money.counts.get("entry", 0))


def _exits(view: Published) -> float:
    """Providers that left of their own will this month."""
    return float(view.money.counts.get("exit", 0))


def _bankruptcies(view: Published) -> float:
    """Providers that went bankrupt this month."""
    return float(view.money.counts.get("bankruptcy", 0))


def _acquisitions(view: Published) -> float:
    """Providers that others agreed to take over this month."""
    return float(view.money.counts.get("acquisition", 0))


def _rounds(view: Published) -> float:
    """Funding rounds that closed this month."""
    return float(view.money.counts.get("round", 0))


def _failed_rounds(view: Published) -> float:
    """Funding rounds for which no investor was found this month."""
    return float(view.money.counts.get("no_round", 0))


def _raised(view: Published) -> float:
    """What owners of all kinds put in: parents, investors, treasuries, members."""
    return view.money.raised


def _paid_out(view: Published) -> float:
    """What owners took out: dividends and what was left when a provider closed."""
    return view.money.paid_out


def _written_off(view: Published) -> float:
    """What lenders lost."""
    return view.money.written_off


def _fringe(view: Published) -> float:
    """Organisations that train models but do not reach the frontier."""
    return float(view.money.fringe)


def _fringe_gap(record: Record) -> Array:
    """Capability of the frontier less the average of the fringe."""
    return record.frontier - record.fringe_quality


def _competence_spread(record: Record) -> Array:
    """Standard deviation of the log of engineering efficiency over those who sell."""
    selling, sellers = record.selling, np.count_nonzero(record.selling, axis=1)
    logs = np.log(np.where(selling, record.known.efficiency, 1.0))
    mean = over(logs.sum(axis=1), sellers)
    return np.sqrt(over(((logs - mean[:, None]) ** 2).sum(axis=1, where=selling), sellers))


def _corporate_share(record: Record) -> Array:
    """Share of revenue of providers that a corporation owns."""
    return record.share_of("corporate")


def _startup_share(record: Record) -> Array:
    """Share of revenue of providers that investors fund in rounds."""
    return record.share_of("startup")


def _commons_share(record: Record) -> Array:
    """Share of revenue of providers that their members own."""
    return record.share_of("commons")


MONEY: tuple[Series, ...] = (
    Noted("entries", "1/month", "Entries", _entries),
    Noted("exits", "1/month", "Exits", _exits),
    Noted("bankruptcies", "1/month", "Bankruptcies", _bankruptcies),
    Noted("acquisitions", "1/month", "Takeovers", _acquisitions),
    Noted("rounds", "1/month", "Funding rounds", _rounds),
    Noted("failed_rounds", "1/month", "Funding rounds that failed", _failed_rounds),
    Noted("raised", "USD/month", "Money from owners", _raised),
    Noted("paid_out", "USD/month", "Money to owners", _paid_out),
    Noted("written_off", "USD/month", "Lenders' losses", _written_off),
    Noted("fringe", "1", "Organisations in the fringe", _fringe),
    Derived("fringe_gap", "nat", "Gap to the fringe", _fringe_gap),
    Derived("competence_spread", "1", "Spread of engineering competence", _competence_spread),
    Derived("corporate_share", "1", "Revenue share of corporations' providers", _corporate_share),
    Derived("startup_share", "1", "Revenue share of startups", _startup_share),
    Derived("commons_share", "1", "Revenue share of commons", _commons_share),
)
