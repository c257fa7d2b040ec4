r"""Hazards of base models and derivatives, audits, screening, incidents.

Symbols: h hazard, incidents a month if all workloads used the model; w use, share of workloads; e effort,
auditor-months; F found share; rho_a and rho_r share of a derivative's behaviour that is visible in its base,
and of what was found that a repair of the base removes; Q capability (nat). Harm is counted in incidents of
mean harm at Q = 0. Base models [base], products [product].
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, pdtr, pdtrik

from sim.compiled import kernels
from sim.config.oversight import Oversight
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array, Real
from sim.safety import Bases, Descent

KERNEL = "sim.economics.kernels.oversight"


def public_capacity(rule: Oversight, month: float) -> float:
    """Audit capacity of governments, auditor-months a month."""
    return rule.public_capacity * rule.public_growth ** (month / MONTHS)


def allocation(rule: Oversight, use: Array, bases: Bases) -> Array:
    """Share of the auditors that each live base model gets, [base]; sums to one where one lives.

    use: $w_b$; equal; frontier: all on the most capable; unfound: $w_b (1 - F_b)$. What has no use yet gets
    an equal share only where nothing is used.
    """
    live, capability = bases.live, bases.capability
    match rule.allocation:
        case "use":
            claims = use
        case "equal":
            claims = np.ones_like(use)
        case "frontier":
            claims = (capability == capability.max()).astype(np.float64)
        case "unfound":
            claims = use * (1 - found_share(rule, bases.effort, np.where(live, capability, 0.0)))
    claims = claims * live
    total = claims.sum()
    return claims / total if total > 0 else live / max(int(live.sum()), 1)


def found_share(rule: Oversight, effort: Real, capability: Real) -> Real:
    r"""Share of a base model's hazard that audits have found, $F = 1 - e^{-e/(E_0 e^{\eta Q})}$.

    Assumption of this project; effort wears off against capability, the safety tax of Jensen et al. (2023).
    """
    return -np.expm1(-effort / (rule.effort_scale * np.exp(rule.effort_slope * capability)))


def average_hazard(rule: Oversight, capability: Real) -> Real:
    r"""Hazard of an average unaudited model, $h_0 e^{g Q}$, incidents a month at full use."""
    return rule.hazard * np.exp(rule.hazard_slope * capability)


def latent_hazard(rule: Oversight, capability: float, common: float, own: float) -> float:
    r"""Hazard of a new base model, $h_0 e^{g Q} e^{\sigma z - \sigma^2/2}$.

    Luck z leaves the mean as it is; $z = \sqrt{c}\, z_{common} + \sqrt{1 - c}\, z_{own}$:
    rivals' hazards correlate. Assumption of this project.
    """
    share, spread = rule.hazard_correlation, rule.hazard_spread
    luck = np.sqrt(share) * common + np.sqrt(1 - share) * own
    return float(average_hazard(rule, capability) * np.exp(spread * luck - spread**2 / 2))


def drift(rule: Oversight, common: float, news: float) -> float:
    """What models have in common, a month on: autoregressive, of variance one."""
    kept = float(np.exp(-1 / rule.hazard_memory))
    return kept * common + float(np.sqrt(1 - kept**2)) * news


class Risks(NamedTuple):
    """What may happen in a month by base model: incidents of single users, then common failures."""

    exposed: Array  # share of all use that a failure of the base can touch, along the lineage [base]
    expected: Array  # 1/month [kind, base]
    harm: Array  # mean harm of one, incidents [kind, base]
    found: Array  # share of its hazard that audits have found; NaN without a model [base]
    left: Array  # 1/month, hazard that is not found; NaN without a model [base]
    misuse: Array  # use meant to harm, as far as it is not kept out, share of all workloads [product]
    kept_out: float  # share of such use that hosts keep out for good
    unwatched: float  # share of what is left that runs where nobody screens; NaN without any
    use: float  # share of all workloads that use any product
    depth: float  # found share, by use; NaN without use
    frontier_depth: float  # found share of the most capable model; NaN without one
    understood: float  # nat, highest capability that audits understand; minus infinity without effort
    exposure: float  # largest share of use that a failure can touch; NaN without use
    feared: float  # harm expected of all events, incidents/month


def risks(rule: Oversight, lines: Descent, capability: Array, use: Array, live: Bases) -> Risks:
    r"""Events expected of a month, from capability Q and use w of each product [product].

    Bad users are spread like use; a share s of them is caught and cut off, and a share k of those finds a way
    in where it is not caught, most where nobody screens. M is the share of use meant to harm:

    $$m_j = M (1 - s_j) [w_j + k S w_j / \textstyle\sum_l w_l (1 - s_l)], \quad S = \sum_l w_l s_l$$

    A product inherits from its base and tuning adds its own; both shares are one for the base itself:

    $$i_j = w_j \rho_{a,j} h_b (1 - F_b \rho_{r,j}), \quad
      a_j = w_j (1 - \rho_{a,j})\, t\, h_0 e^{g Q_j} (1 - s_j), \quad
      \lambda_b = \sum_{j \in b} [(1 - \psi) i_j + a_j + m_j \mu h_0 e^{g Q_j}]$$

    A share psi of what is inherited comes as common failures of all that rests on the base. Their rate is
    what is left of the base's hazard over that of an average model, whose failures are T months apart:

    $$\Lambda_b = \frac{\sum_j i_j}{E_b h_0 T}, \quad X_b = \psi h_0 T E_b\, \overline{e^{v Q}}, \quad
      E_b = \sum_{j \in b} w_j \rho_{a,j}$$

    so that rate times size is the common share of what is expected. Harms are means over events; F as in
    `found_share`, t tuned hazard, mu misuse hazard, v slope of severity. Assumptions of this project in form;
    shares from `ml_core`.

    Audits understand a model up to the capability at which their effort would have found half, at most its
    own: $\min(Q_b,\ \ln(e_b / (E_0 \ln 2))/\eta)$.
    """
    return Risks(
        *kernels(KERNEL).risks(
            (use, capability),
            (lines.base, lines.visible, lines.repaired, lines.screening),
            (live.capability, live.hazard, live.effort),
            (rule.misuse_share, rule.migration),
            (rule.effort_scale, rule.effort_slope),
            (rule.hazard, rule.hazard_slope, rule.severity_slope),
            (rule.common_share, rule.tuned_hazard, rule.misuse_hazard, rule.failure_interval),
        )
    )


class Happening(NamedTuple):
    """Events of a month of which one or more happen; luck is uniform."""

    kind: NDArray[np.intp]  # 0 incidents of single users, 1 common failures [event]
    base: NDArray[np.intp]  # [event]
    luck: Array  # of their number [event]
    expected: Array  # 1/month [event]
    harm_luck: Array  # [event]
    harm: Array  # mean harm of one, incidents [event]


def happening(risks: Risks, streams: NDArray[np.uint64], names: NDArray[np.uint64]) -> Happening:
    r"""What happens of what may: where luck is above the chance of none, $u > e^{-\lambda}$.

    streams: keys of the luck of incidents' and failures' numbers, then of their harm; names: keys of bases.
    """
    place, found = kernels(KERNEL).happening(streams, names, risks.expected, risks.harm)
    return Happening(*place, *found)


def count(luck: Array, expected: Array) -> Array:
    """Number of events at a quantile of the Poisson distribution, of one shape; luck is uniform."""
    number = np.ceil(pdtrik(luck, expected))
    return np.asarray(number - (pdtr(number - 1, expected) >= luck))  # one less where that is enough


def weight(rule: Oversight, luck: Array, number: Array) -> Array:
    r"""Harm of some incidents over the mean of one, at a quantile: a sum of gammas is a gamma, of one shape.

    One number, whatever the count; `severity_spread` is the coefficient of variation of one incident.
    """
    spread = rule.severity_spread**2
    return np.asarray(spread * gammaincinv(np.maximum(number, 1.0) / spread, luck * (number > 0)))


def spread_over(base: NDArray[np.intp], values: Array, bases: int) -> Array:
    """Sums by base model of values by product."""
    return np.bincount(base, values, bases).astype(np.float64, copy=False)
