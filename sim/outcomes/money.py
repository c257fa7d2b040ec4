"""Outcomes of money and rivalry: who came, who left, who paid, and who owns what is sold."""

from math import log, sqrt

from sim.outcomes.registry import NAN, Outcome
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


def _fringe_gap(view: Published) -> float:
    """Capability of the frontier less the average of the fringe."""
    return view.frontier - view.money.fringe_quality


def _competence_spread(view: Published) -> float:
    """Standard deviation of the log of engineering efficiency over those who sell."""
    logs = [log(own) for own in view.money.efficiency[view.selling].tolist()]
    if not logs:
        return NAN
    mean = sum(logs) / len(logs)
    return sqrt(sum((own - mean) ** 2 for own in logs) / len(logs))


def _corporate_share(view: Published) -> float:
    """Share of revenue of providers that a corporation owns."""
    return view.share_of("corporate")


def _startup_share(view: Published) -> float:
    """Share of revenue of providers that investors fund in rounds."""
    return view.share_of("startup")


def _commons_share(view: Published) -> float:
    """Share of revenue of providers that their members own."""
    return view.share_of("commons")


MONEY = (
    Outcome("entries", "1/month", "Entries", _entries),
    Outcome("exits", "1/month", "Exits", _exits),
    Outcome("bankruptcies", "1/month", "Bankruptcies", _bankruptcies),
    Outcome("acquisitions", "1/month", "Takeovers", _acquisitions),
    Outcome("rounds", "1/month", "Funding rounds", _rounds),
    Outcome("failed_rounds", "1/month", "Funding rounds that failed", _failed_rounds),
    Outcome("raised", "USD/month", "Money from owners", _raised),
    Outcome("paid_out", "USD/month", "Money to owners", _paid_out),
    Outcome("written_off", "USD/month", "Lenders' losses", _written_off),
    Outcome("fringe", "1", "Organisations in the fringe", _fringe),
    Outcome("fringe_gap", "nat", "Gap to the fringe", _fringe_gap),
    Outcome("competence_spread", "1", "Spread of engineering competence", _competence_spread),
    Outcome("corporate_share", "1", "Revenue share of corporations' providers", _corporate_share),
    Outcome("startup_share", "1", "Revenue share of startups", _startup_share),
    Outcome("commons_share", "1", "Revenue share of commons", _commons_share),
)
