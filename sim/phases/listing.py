"""Lists what can be had this month: every provider's tiers, and what runs without a provider."""

import math
from dataclasses import replace

import numpy as np

from sim.agents.provider import BaseModel, Provider
from sim.columns import LOCAL, OPEN
from sim.economics import open_frontier, progress
from sim.economics.choice import nests_of
from sim.economics.finetuning import ACTIVATIONS, FULL, UNTUNED
from sim.economics.game import firms_of
from sim.economics.scaling import optimal_params
from sim.economics.utility import Goods
from sim.phases.renewal import highest_prices
from sim.published import Catalogue
from sim.tiers import Making
from sim.world import World

FREE = {LOCAL: "single machine", OPEN: "open weights"}
Model = tuple[float, float]  # capability (nat), parameters; NaN where there is none
NOTHING: Model = (np.nan, np.nan)


def products_are_listed(world: World) -> None:
    """Make the month's catalogue; prices of products that were there stay until they are set anew."""
    models = _models(world)
    listed, goods = _codes(world, models), world.catalogue
    if listed != goods.code.tolist():
        goods = _described(world, listed)
    made, (capability, params) = goods.made, np.array(models)[goods.line].T
    params = params * made.size
    cost = progress.serving_cost(params, _serving_flop_per_usd(world) / made.thrift)
    cost = np.asarray(cost * (1 + made.fee))
    world.catalogue = replace(
        goods,
        goods=goods.goods._replace(capability=capability - made.gap),
        params=params,
        unit_cost=cost,
        price=np.where(goods.sold, goods.price, cost),
        ceilings=highest_prices(world, goods, cost),
    )


def _models(world: World) -> list[Model]:
    """What products are made of, by line: the providers' flagships, a single machine, open weights."""
    sold = [(p.model.capability, p.model.params) if p.model else NOTHING for p in world.providers]
    stretch, returned = float(np.exp(world.algorithms[-1])), _activations_share(world)
    return [*sold, _single_machine(world, stretch, returned), _open_weights(world, stretch, returned)]


def _codes(world: World, models: list[Model]) -> list[int]:
    """Stable numbers of the products of the month, in the order of the catalogue."""
    tiers, providers = len(world.tiers.names), world.providers
    sold = [i * tiers + t for i in world.sellers for t in providers[i].tiers]
    return sold + [code for code, (q, _) in zip(FREE, models[-len(FREE) :], strict=True) if not math.isnan(q)]


def _described(world: World, codes: list[int]) -> Catalogue:
    """A catalogue of some products with all that stays as it is while they are on sale."""
    tiers, rules, before = world.tiers, world.config.open_frontier, world.catalogue
    code = np.array(codes, dtype=np.intp)
    sold, local = code >= 0, code == LOCAL
    provider, tier = np.where(sold, np.divmod(code, len(tiers.names)), -1)
    prices = dict(zip(before.code.tolist(), before.price.tolist(), strict=True))
    owners = tuple(FREE.get(c) or world.providers[c // len(tiers.names)].name for c in codes)
    unknown = np.full(len(codes), np.nan)
    return Catalogue(
        code=code,
        provider=provider,
        tier=tier,
        line=np.where(sold, provider, len(world.providers) + LOCAL - code),
        sold=sold,
        names=tuple(FREE.get(c) or tiers.names[c % len(tiers.names)] for c in codes),
        owners=owners,
        goods=Goods(
            capability=unknown,
            mode=np.where(sold, tiers.mode[tier], np.where(local, UNTUNED, FULL)),
            engineering=np.where(
                sold,
                tiers.engineering[tier],
                np.where(local, rules.local_engineering, rules.open_engineering),
            ),
            privacy=np.where(sold, tiers.privacy[tier], 1.0),
            shallow=np.where(local, rules.depth_penalty, 0.0),
        ),
        made=world.making.of(tier),
        nests=nests_of(sold.tolist(), world.config.demand.nest_correlation),
        firms=firms_of(owners),
        params=unknown,
        unit_cost=unknown,
        price=np.array([prices.get(c, np.nan) for c in codes], dtype=np.float64),
        flagship=_flagships(world.making, provider.tolist(), tier.tolist()),
    )


def _flagships(made: Making, provider: list[int], tier: list[int]) -> dict[int, int]:
    """Row of each seller's most capable product, of these the cheapest to serve, of these the last."""
    rank = list(zip((-made.gap).tolist(), (-made.size * (1 + made.fee)).tolist(), strict=True))
    rows = sorted(range(len(tier)), key=lambda row: rank[tier[row]])
    best = {provider[row]: row for row in rows if provider[row] >= 0}
    return {i: best[i] for i in dict.fromkeys(provider) if i >= 0}


def _single_machine(world: World, stretch: float, returned: float) -> Model:
    """The best model that fits: it trails the frontier, under the ceiling of its size."""
    config, rules = world.config, world.config.open_frontier
    law, reference = config.scaling, config.technology.reference_flop
    fits = open_frontier.machine_params(rules, world.month)
    leap = rules.leap if world.month >= rules.leap_month else 0.0
    top = open_frontier.ceiling(law, fits, stretch, reference) + leap
    q = min(_trailing(world, rules.local_lag, returned) + leap, top)
    size = float(optimal_params(law, reference * np.exp(q) / stretch))
    return q, min(fits, size)


def _open_weights(world: World, stretch: float, returned: float) -> Model:
    """The best public weights: those given away or mandated, or others' that trail the frontier."""
    config = world.config
    models = [model for provider in world.providers for model in published_models(world, provider)]
    best = max(models, key=lambda model: model.capability, default=None)
    trailing = _trailing(world, config.open_frontier.open_lag, returned)
    if best is not None and best.capability >= trailing:
        return best.capability, best.params
    flop = config.technology.reference_flop * np.exp(trailing) / stretch
    return trailing, float(optimal_params(config.scaling, flop))


def published_models(world: World, provider: Provider) -> list[BaseModel]:
    """Models whose weights are public: an open provider's flagship, and those that the law opens."""
    given = [provider.model] if provider.model and provider.config.weights == "open" else []
    delay = world.rules.open_after.get(provider.name)
    if delay is None:
        return given
    models = (account.model for account in provider.vintages)
    return given + [model for model in models if world.month - model.release_month >= delay]


def _serving_flop_per_usd(world: World) -> float:
    """Serving compute that a dollar rents at this month's price of compute, FLOP/USD."""
    return progress.serving_flop_per_usd(world.config.technology, world.month) / world.compute_premium


def _trailing(world: World, months: float, returned: float) -> float:
    """Capability of the frontier some months ago; the more activations leave the providers, the fewer."""
    expected = world.config.training.expected_progress / progress.MONTHS
    behind = open_frontier.lag(months, world.config.open_frontier.leakage, returned)
    return open_frontier.lagged(world.frontier, behind, expected)


def _activations_share(world: World) -> float:
    """Share of the workloads with a provider to which it returns activations."""
    users: list[int] = world.users[-OPEN:].tolist()
    total, modes = sum(users), world.tiers.mode.tolist()
    returned = sum(sum(users[t :: len(modes)]) for t, mode in enumerate(modes) if mode == ACTIVATIONS)
    return returned / total if total else 0.0
