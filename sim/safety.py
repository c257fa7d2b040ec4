"""What is known of safety, trust and access at the end of a month: frozen records, without behaviour."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NAN = float("nan")
NOTHING = np.empty(0)
FRINGE = "open models"  # the base of what no provider stands behind


class Descent(NamedTuple):
    """Products and the base models they rest on; the last base is the fringe of open models."""

    code: NDArray[np.intp]  # the catalogue's number of each product [product]
    base_of_open: int  # base of the open weights
    base: NDArray[np.intp]  # index into the providers, or their number for the fringe [product]
    visible: NDArray[np.float64]  # share of behaviour that is visible in the base [product]
    repaired: NDArray[np.float64]  # share of what is found that a repair of the base removes [product]
    screening: NDArray[np.float64]  # share of bad use that is caught [product]


class Bases(NamedTuple):
    """Base models of the providers, and of the fringe at the end; arrays run over these."""

    live: NDArray[np.bool_]
    capability: NDArray[np.float64]  # nat, minus infinity where there is none
    hazard: NDArray[np.float64]  # latent, 1/month at full use
    effort: NDArray[np.float64]  # auditor-month


class Audits(NamedTuple):
    """A month of audits."""

    lines: Descent  # lineage of the month's products
    use: NDArray[np.float64]  # share of all workloads [product]
    bases: Bases  # with the effort of the month
    capacity: float  # auditor-months a month
    outlay: float  # USD/month, public and paid
    public_outlay: float  # USD/month


class Oversight(NamedTuple):
    """Audits, hazards and incidents of a month; harm in incidents of mean harm at Q = 0."""

    capacity: float = 0.0  # auditor-months a month
    outlay: float = 0.0  # USD/month, public and paid
    public_outlay: float = 0.0  # USD/month
    found: NDArray[np.float64] = NOTHING  # share [provider]; NaN without a model
    left: NDArray[np.float64] = NOTHING  # 1/month [provider], hazard not repaired; NaN without a model
    depth: float = NAN  # found share, by use
    frontier_depth: float = NAN  # found share of the most capable model
    understood: float = NAN  # nat, highest capability that audits understand so far
    expected: NDArray[np.float64] = NOTHING  # incidents, then common failures, 1/month [kind, base]
    severity: NDArray[np.float64] = NOTHING  # mean harm of one, incidents [kind, base]
    severity_spread: float = NAN  # coefficient of variation of the harm of one
    expected_harm: float = 0.0  # incidents/month
    harm: float = 0.0  # incidents/month, as it happened
    incidents: float = 0.0  # 1/month
    failures: float = 0.0  # common failures, 1/month
    exposure: float = NAN  # largest share of all use that one failure can touch
    kept_out: float = NAN  # share of bad use that hosts keep out for good
    unwatched: float = NAN  # share of active bad use where nobody screens


class Trust(NamedTuple):
    """Trust at the end of a month."""

    of_lines: NDArray[np.float64]  # mean over workloads [line]
    eagerness: float = 1.0  # mean factor on the hazard of adoption
    mean: float = NAN  # over all use
    lowest: float = NAN  # of the segment that trusts what it uses least


class Access(NamedTuple):
    """Who has what; jurisdictions in the order of the governments."""

    served: NDArray[np.float64] = NOTHING  # share of workloads [jurisdiction]
    inequality: float = NAN  # Gini coefficient of capability used
    inequality_within: NDArray[np.float64] = NOTHING  # the same [jurisdiction]
    pace: float = NAN  # of physical compute, over Moore's law
    effective_pace: float = NAN  # of effective compute, over Moore's law
    generation: float = NAN  # month, between a provider's releases, over the last two years
