"""Who rests on which base model: the lineage of the month's products, and what it says of hazards."""

import numpy as np

from sim.columns import OPEN
from sim.config import Config
from sim.config.products import Tier
from sim.economics import oversight
from sim.phases.listing import published_models
from sim.safety import Bases, Descent
from sim.world import World

NO_MODEL = (-np.inf, 0.0, 0.0)  # capability, hazard, effort


def descent(world: World) -> Descent:
    """Lineage of the products of the month: that of the last month while the same products are there."""
    base_of_open, code = _base_of_open(world), world.catalogue.code
    known = world.audits.lines if world.audits else None
    if known and known.base_of_open == base_of_open and known.code is code:
        return known
    return _descent(world, base_of_open)


def _descent(world: World, base_of_open: int) -> Descent:
    goods, config = world.catalogue, world.config
    base = np.where(goods.sold, goods.provider, base_of_open)
    hosts = [p.name not in config.oversight.unscreened for p in world.providers]
    sold = np.array([_shares(config, tier) for tier in config.tiers])  # [tier, share]
    open_tuned = (config.lineage.full_visible, config.lineage.open_repaired, 0.0)
    open_small = (config.lineage.economy_visible, config.lineage.open_repaired, 0.0)
    free = np.where((goods.code == OPEN)[:, None], open_tuned, open_small)
    visible, repaired, screening = np.where(goods.sold[:, None], sold[goods.tier], free).T
    screens = np.where(goods.sold, np.array(hosts)[goods.provider], False)
    return Descent(goods.code, base_of_open, base, visible, repaired, screening * screens)


def _shares(config: Config, tier: Tier) -> tuple[float, float, float]:
    """Visible and repaired shares of a tier, and what its host catches."""
    known = config.lineage
    if tier.model == "economy":
        return known.economy_visible, known.economy_repaired, known.api_screening
    return {
        "none": (1.0, 1.0, known.api_screening),
        "hosted": (known.hosted_visible, known.hosted_repaired, known.hosted_screening),
        "activations": (known.activations_visible, known.activations_repaired, 0.0),
        "full": (known.full_visible, known.full_repaired, known.full_screening),
    }[tier.tuning]


def _base_of_open(world: World) -> int:
    """Index of the provider whose flagship is the best that is public, given or mandated; else the fringe."""
    q = world.catalogue.capability[world.catalogue.code == OPEN].tolist()
    for i, provider in enumerate(world.providers):
        model = provider.model
        if model and model.capability in q and model in published_models(world, provider):
            return i
    return len(world.providers)


def bases(world: World, lines: Descent) -> Bases:
    """The live base models and what auditors have spent on them."""
    cells = list[float]()
    for p in world.providers:
        cells += (p.model.capability, p.model.hazard, p.vintages[-1].audit_effort) if p.model else NO_MODEL
    cells += _fringe(world, lines)
    capability, hazard, effort = np.array(cells).reshape(-1, len(NO_MODEL)).T
    return Bases(capability > -np.inf, capability, hazard, effort)


def _fringe(world: World, lines: Descent) -> tuple[float, float, float]:
    """Capability, hazard and effort of the best model without a provider, if open weights rest on one."""
    there, effort = lines.base_of_open == len(world.providers), world.auditors.fringe_effort
    free = world.catalogue.capability[world.catalogue.free].tolist() if there else []
    if not free:
        return -np.inf, 0.0, effort
    return max(free), float(oversight.average_hazard(world.config.oversight, max(free))), effort
