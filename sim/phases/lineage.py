"""Who rests on which base model: the lineage of the month's products, and what it says of hazards."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.columns import OPEN
from sim.config import Config
from sim.config.products import Tier
from sim.economics import oversight
from sim.economics.scaling import Array
from sim.networks import lineage, lineage_matrix
from sim.phases.listing import published_models
from sim.safety import Descent
from sim.world import World

FRINGE = "open models"  # the base of what no provider stands behind


@dataclass(frozen=True)
class Bases:
    """Live base models, the fringe last; arrays run over providers and the fringe."""

    names: tuple[str, ...]
    live: NDArray[np.bool_]
    capability: Array  # nat, minus infinity where there is none
    hazard: Array  # latent, 1/month at full use
    effort: Array  # auditor-month


def descent(world: World) -> Descent:
    """Lineage of the products of the month."""
    goods, config = world.catalogue, world.config
    base = np.where(goods.sold, goods.provider, _base_of_open(world))
    hosts = [p.name not in config.oversight.unscreened for p in world.providers]
    sold = np.array([_shares(config, tier) for tier in config.tiers])  # [tier, share]
    open_tuned = (config.lineage.full_visible, config.lineage.open_repaired, 0.0)
    open_small = (config.lineage.economy_visible, config.lineage.open_repaired, 0.0)
    free = np.where((goods.code == OPEN)[:, None], open_tuned, open_small)
    shares = np.where(goods.sold[:, None], sold[goods.tier], free)
    screens = np.where(goods.sold, np.array(hosts)[goods.provider], False)
    names = (*(p.name for p in world.providers), FRINGE)
    products = tuple(f"{owner}: {name}" for owner, name in zip(goods.owners, goods.names, strict=True))
    reach = _reach(names, products, tuple(base.tolist()), tuple(shares[:, 0].tolist()))
    return Descent(base, shares[:, 0], shares[:, 1], shares[:, 2] * screens, reach)


@lru_cache(maxsize=64)
def _reach(
    names: tuple[str, ...], products: tuple[str, ...], base: tuple[int, ...], visible: tuple[float, ...]
) -> Array:
    """Visible shares by base and product; kept, since lineages change only with the list of products."""
    graph = lineage(names, zip((names[b] for b in base), products, visible, strict=True))
    return np.asarray(lineage_matrix(graph, names, products).toarray())


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
    q = world.catalogue.capability[world.catalogue.code == OPEN]
    for i, provider in enumerate(world.providers):
        open_models = published_models(world, provider)
        if provider.model and provider.model.capability in q and provider.model in open_models:
            return i
    return len(world.providers)


def bases(world: World, lines: Descent) -> Bases:
    """The live base models and what auditors have spent on them."""
    models = [p.model for p in world.providers]
    goods, rule, fringe = world.catalogue, world.config.oversight, len(world.providers)
    of_fringe = goods.capability[lines.base == fringe].max(initial=-np.inf)
    spent = [p.vintages[-1].audit_effort if p.model else 0.0 for p in world.providers]
    average = float(oversight.average_hazard(rule, of_fringe)) if np.isfinite(of_fringe) else 0.0
    return Bases(
        names=(*(p.name for p in world.providers), FRINGE),
        live=np.array([*(model is not None for model in models), np.isfinite(of_fringe)]),
        capability=np.array([*(model.capability if model else -np.inf for model in models), of_fringe]),
        hazard=np.array([*(model.hazard if model else 0.0 for model in models), average]),
        effort=np.array([*spent, world.auditors.fringe_effort]),
    )
