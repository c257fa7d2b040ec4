r"""Hazards of base models and derivatives, audits, screening, incidents.

Symbols: h hazard, incidents a month if all workloads used the model; w use, share of workloads; e effort,
auditor-months; F found share; rho_a and rho_r share of a derivative's behaviour that is visible in its base,
and of what was found that a repair of the base removes; Q capability (nat). Harm is counted in incidents of
mean harm at Q = 0. Base models [base], products [product].
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, pdtr, pdtrik

from sim.config.oversight import Oversight
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array, Real


def public_capacity(rule: Oversight, month: float) -> float:
    """Audit capacity of governments, auditor-months a month."""
    return rule.public_capacity * rule.public_growth ** (month / MONTHS)


def allocation(rule: Oversight, use: Array, capability: Array, found: Array) -> Array:
    """Share of the auditors that each live base model gets, [base]; sums to one.

    use: $w_b$; equal; frontier: all on the most capable; unfound: $w_b (1 - F_b)$. What has no use yet gets
    an equal share only where nothing is used.
    """
    claims = {
        "use": use,
        "equal": np.ones_like(use),
        "frontier": (capability == capability.max(initial=-np.inf)).astype(np.float64),
        "unfound": use * (1 - found),
    }[rule.allocation]
    total = claims.sum()
    return claims / total if total > 0 else np.full(len(use), 1 / max(len(use), 1))


def found_share(rule: Oversight, effort: Real, capability: Real) -> Real:
    r"""Share of a base model's hazard that audits have found, $F = 1 - e^{-e/(E_0 e^{\eta Q})}$.

    Assumption of this project; effort wears off against capability, the safety tax of Jensen et al. (2023).
    """
    return -np.expm1(-effort / (rule.effort_scale * np.exp(rule.effort_slope * capability)))


def understood(rule: Oversight, effort: Array, capability: Array) -> Array:
    r"""Capability up to which the effort would have found half, at most the model's own, nat [base].

    $$\min(Q,\ \ln(e / (E_0 \ln 2))/\eta)$$; minus infinity without effort.
    """
    log_effort = np.log(effort, out=np.full(effort.shape, -np.inf), where=effort > 0)
    margin = log_effort - np.log(rule.effort_scale * np.log(2))
    if rule.effort_slope == 0:
        return np.where(margin >= 0, capability, -np.inf)
    return np.minimum(capability, margin / rule.effort_slope)


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


def inherited(hazard: Array, found: Array, visible: Array, repaired: Array) -> Array:
    r"""Hazard of a product that comes from its base, $\rho_a h (1 - F \rho_r)$, [product].

    For the base itself both shares are one. Assumption of this project in form; shares from `ml_core`.
    """
    return visible * hazard * (1 - found * repaired)


def added(rule: Oversight, average: Array, visible: Array, screening: Array) -> Array:
    r"""Hazard that tuning brings of its own, $(1-\rho_a)\, t\, h_0 e^{gQ} (1 - screening)$, [product]."""
    return (1 - visible) * rule.tuned_hazard * average * (1 - screening)


def misuse(rule: Oversight, use: Array, screening: Array) -> tuple[Array, float]:
    r"""Use meant to harm by product [product], and the share of it that hosts keep out for good.

    $$m_j = M (1 - s_j) [w_j + k S w_j / \textstyle\sum_l w_l (1 - s_l)], \quad S = \sum_l w_l s_l$$

    Bad users are spread like use; a share s is caught and cut off, and a share k of those finds a way in
    where it is not caught, most where nobody screens. M is the share of use meant to harm. Assumption.
    """
    missed = use * (1 - screening)
    caught, open_to_all = float(use @ screening), missed.sum()
    back = rule.migration * caught * missed / open_to_all if open_to_all > 0 else 0.0 * use
    total = use.sum()
    active = missed + back
    kept_out = max(0.0, 1 - float(active.sum() / total)) if total > 0 else 0.0
    return rule.misuse_share * active, kept_out


def failure_rate(rule: Oversight, left: Array) -> Array:
    """Common failures of a base model a month, from what is left of its hazard, [base]."""
    return left / (rule.hazard * rule.failure_interval) if rule.hazard else np.zeros_like(left)


def failure_size(rule: Oversight, exposed: Array) -> Array:
    r"""Mean harm of one common failure, incidents: rate times size is the common share of what is expected.

    $$\psi\, h_0\, T \sum_j w_j \rho_{a,j}$$: `exposed` is the use that the base's behaviour reaches [base].
    """
    return rule.common_share * rule.hazard * rule.failure_interval * exposed


def severity(rule: Oversight, capability: Real) -> Real:
    """Mean harm of an incident over that at Q = 0."""
    return np.exp(rule.severity_slope * capability)


def count(luck: Array, expected: Array) -> Array:
    """Number of events at a quantile of the Poisson distribution, [base]; luck is uniform."""
    number = np.ceil(pdtrik(luck, expected))
    fewer = np.maximum(number - 1, 0.0)
    return np.where(pdtr(fewer, expected) >= luck, fewer, number)


def weight(rule: Oversight, luck: Array, number: Array) -> Array:
    r"""Harm of some incidents over the mean of one, at a quantile: a sum of gammas is a gamma, [base].

    One number, whatever the count; `severity_spread` is the coefficient of variation of one incident.
    """
    spread = rule.severity_spread**2
    happened = number > 0
    return np.where(happened, spread * gammaincinv(np.where(happened, number, 1) / spread, luck), 0.0)


def spread_over(base: NDArray[np.intp], values: Array, bases: int) -> Array:
    """Sums by base model of values by product."""
    return np.bincount(base, values, bases).astype(np.float64)
