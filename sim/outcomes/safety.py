"""Outcomes of oversight: audits, hazards, incidents, misuse, the understanding gap."""

from sim.economics.scaling import Array
from sim.outcomes.record import Record
from sim.outcomes.registry import Derived, Noted, Series
from sim.published import Published


def _trust(view: Published) -> float:
    """Mean trust in the products in use, by use; the share willing to rely on what a model says."""
    return view.trust.mean


def _trust_lowest(view: Published) -> float:
    """Mean trust in what it uses of the segment that trusts least."""
    return view.trust.lowest


def _audit_capacity(view: Published) -> float:
    """Auditor-months a month, paid by governments and out of providers' revenue."""
    return view.oversight.capacity


def _audit_outlay(view: Published) -> float:
    """What auditors cost, public and paid."""
    return view.oversight.outlay


def _public_audit_outlay(view: Published) -> float:
    """What governments pay for auditors."""
    return view.oversight.public_outlay


def _audit_depth(view: Published) -> float:
    """Share of a base model's hazard that audits have found, weighted by use."""
    return view.oversight.depth


def _frontier_audit_depth(view: Published) -> float:
    """Share of the hazard of the most capable model that audits have found."""
    return view.oversight.frontier_depth


def _expected_harm(view: Published) -> float:
    """Harm expected of the month, in incidents of mean harm with a model as capable as the reference run."""
    return view.oversight.expected_harm


def _harm_tail(record: Record) -> Array:
    """Harm of a year at this month's hazards and use that is exceeded with five per cent."""
    return record.bad_years[0]


def _harm_worst(record: Record) -> Array:
    """Mean harm of the worst twentieth of years at this month's hazards and use (expected shortfall)."""
    return record.bad_years[1]


def _harm(view: Published) -> float:
    """Harm that happened, in incidents of mean harm with a model as capable as the reference run."""
    return view.oversight.harm


def _incidents(view: Published) -> float:
    """Incidents of single users that happened."""
    return view.oversight.incidents


def _common_failures(view: Published) -> float:
    """Failures of a base model that hit all that rests on it."""
    return view.oversight.failures


def _common_exposure(view: Published) -> float:
    """Largest share of all use that one failure of a base model can touch."""
    return view.oversight.exposure


def _kept_out(view: Published) -> float:
    """Share of bad use that hosts keep out for good: cut off and not back elsewhere."""
    return view.oversight.kept_out


def _unwatched(view: Published) -> float:
    """Share of the remaining bad use that runs where nobody screens."""
    return view.oversight.unwatched


def _hold_up(view: Published) -> float:
    """Share of the providers' revenue that hosts take by higher prices at the renewal of tuned models."""
    return view.premium


def _understood(view: Published) -> float:
    """Highest capability of which audits have found half of the hazard so far; empty before any audit."""
    return view.oversight.understood


def _understanding_gap(record: Record) -> Array:
    """Capability of the frontier less the highest that audits understand; empty before any audit."""
    return record.frontier - record.understood


SAFETY: tuple[Series, ...] = (
    Noted("trust", "1", "Trust in what is used", _trust),
    Noted("trust_lowest", "1", "Trust where it is lowest", _trust_lowest),
    Noted("audit_capacity", "auditor-month/month", "Audit capacity", _audit_capacity),
    Noted("audit_outlay", "USD/month", "Outlay for audits", _audit_outlay),
    Noted("public_audit_outlay", "USD/month", "Public outlay for audits", _public_audit_outlay),
    Noted("audit_depth", "1", "Audit depth", _audit_depth),
    Noted("frontier_audit_depth", "1", "Audit depth of the frontier model", _frontier_audit_depth),
    Noted("expected_harm", "incident/month", "Expected harm", _expected_harm),
    Derived("harm_tail", "incident/yr", "Harm of a bad year (95th percentile)", _harm_tail),
    Derived("harm_worst", "incident/yr", "Harm of the worst years (mean of the worst 5%)", _harm_worst),
    Noted("harm", "incident/month", "Harm that happened", _harm),
    Noted("incidents", "1/month", "Incidents", _incidents),
    Noted("common_failures", "1/month", "Common failures", _common_failures),
    Noted("common_exposure", "1", "Use that one failure can touch", _common_exposure),
    Noted("misuse_kept_out", "1", "Bad use kept out", _kept_out),
    Noted("misuse_unwatched", "1", "Bad use where nobody screens", _unwatched),
    Noted("hold_up", "1", "Revenue from hold-up", _hold_up),
    Noted("understood", "nat", "Capability that audits understand", _understood),
    Derived("understanding_gap", "nat", "Understanding gap", _understanding_gap),
)


def _provider_depth(view: Published) -> Array:
    """Share of the hazard of its model that audits have found."""
    return view.oversight.found


def _provider_hazard(view: Published) -> Array:
    """Incidents a month that its model would cause if all used it, after repairs."""
    return view.oversight.left


def _provider_trust(view: Published) -> Array:
    """Trust in the provider, mean over all workloads."""
    return view.trust.of_lines[: len(view.names)]


SAFETY_SERIES: tuple[Series, ...] = (
    Noted("audit_depth", "1", "Audit depth", _provider_depth),
    Noted("hazard", "1/month", "Hazard of its model", _provider_hazard),
    Noted("trust", "1", "Trust", _provider_trust),
)
