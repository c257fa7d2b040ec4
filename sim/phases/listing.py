"""Lists what can be had this month: every provider's tiers, and what runs without a provider."""

import numpy as np

from sim.agents.provider import BaseModel, Provider
from sim.columns import LOCAL, OPEN
from sim.economics import open_frontier, progress
from sim.economics.finetuning import ACTIVATIONS, FULL, UNTUNED
from sim.economics.scaling import optimal_params
from sim.economics.utility import Goods
from sim.published import Catalogue
from sim.world import World

FREE = {LOCAL: "single machine", OPEN: "open weights"}
Free = tuple[int, float, float]  # code, capability (nat), parameters


def products_are_listed(world: World) -> None:
    """Make the month's catalogue; prices of products that were there stay until they are set anew."""
    sold, free = _sold(world), _without_provider(world)
    before = dict(zip(world.catalogue.code.tolist(), world.catalogue.price.tolist(), strict=True))
    known = np.array([before.get(code, np.nan) for code in sold.code.tolist()], dtype=float)
    world.catalogue = Catalogue(
        code=np.append(sold.code, free.code),
        provider=np.append(sold.provider, free.provider),
        tier=np.append(sold.tier, free.tier),
        line=np.append(sold.line, free.line),
        names=sold.names + free.names,
        owners=sold.owners + free.owners,
        goods=Goods(*map(np.append, vars(sold.goods).values(), vars(free.goods).values())),
        params=np.append(sold.params, free.params),
        unit_cost=np.append(sold.unit_cost, free.unit_cost),
        price=np.append(known, free.unit_cost),
    )


def _sold(world: World) -> Catalogue:
    """The providers' products."""
    tiers, economy = world.tiers, world.config.economy
    rows = [
        (i, t, model.capability, model.params)
        for i in world.sellers
        if (model := world.providers[i].model)
        for t, name in enumerate(tiers.names)
        if name in world.providers[i].config.tiers
    ]
    numbers = np.array(rows).reshape(-1, 4)
    provider, tier = numbers[:, :2].astype(np.intp).T
    small = tiers.economy[tier]
    params = numbers[:, 3] * np.where(small, economy.size_ratio, 1.0)
    cost = np.asarray(progress.serving_cost(params, _serving_flop_per_usd(world))) * (1 + tiers.fee[tier])
    return Catalogue(
        code=provider * len(tiers.names) + tier,
        provider=provider,
        tier=tier,
        line=provider,
        names=tuple(tiers.names[row[1]] for row in rows),
        owners=tuple(world.providers[row[0]].name for row in rows),
        goods=Goods(
            capability=numbers[:, 2] - np.where(small, economy.capability_gap, 0.0),
            mode=tiers.mode[tier],
            engineering=tiers.engineering[tier],
            privacy=tiers.privacy[tier],
            shallow=np.zeros(len(rows)),
        ),
        params=params,
        unit_cost=cost,
        price=np.full(len(rows), np.nan),
    )


def _without_provider(world: World) -> Catalogue:
    """The single machine and open weights, as far as there has been a frontier to trail."""
    rules, returned = world.config.open_frontier, _activations_share(world)
    found = (_single_machine(world, returned), _open_weights(world, returned))
    rows = [row for row in found if not np.isnan(row[1])]
    code = np.array([row[0] for row in rows], dtype=np.intp)
    params = np.array([row[2] for row in rows])
    local, nobody = code == LOCAL, np.full(len(rows), -1, dtype=np.intp)
    cost = progress.serving_cost(params, _serving_flop_per_usd(world) / rules.cost_ratio)
    names = tuple(FREE[row[0]] for row in rows)
    return Catalogue(
        code=code,
        provider=nobody,
        tier=nobody,
        line=np.where(local, len(world.providers), len(world.providers) + 1),
        names=names,
        owners=names,
        goods=Goods(
            capability=np.array([row[1] for row in rows]),
            mode=np.where(local, UNTUNED, FULL),
            engineering=np.where(local, rules.local_engineering, rules.open_engineering),
            privacy=np.ones(len(rows)),
            shallow=np.where(local, rules.depth_penalty, 0.0),
        ),
        params=params,
        unit_cost=np.asarray(cost),
        price=np.asarray(cost),
    )


def _single_machine(world: World, returned: float) -> Free:
    """The best model that fits: it trails the frontier, under the ceiling of its size."""
    config, rules = world.config, world.config.open_frontier
    law, reference = config.scaling, config.technology.reference_flop
    fits = open_frontier.machine_params(rules, world.month)
    leap = rules.leap if world.month >= rules.leap_month else 0.0
    stretch = float(np.exp(world.algorithms[-1]))
    top = open_frontier.ceiling(law, fits, stretch, reference) + leap
    q = min(_trailing(world, rules.local_lag, returned) + leap, top)
    size = float(optimal_params(law, reference * np.exp(q) / stretch))
    return LOCAL, q, min(fits, size)


def _open_weights(world: World, returned: float) -> Free:
    """The best public weights: those given away or mandated, or others' that trail the frontier."""
    config = world.config
    law, reference = config.scaling, config.technology.reference_flop
    models = [model for provider in world.providers for model in published_models(world, provider)]
    best = max(models, key=lambda model: model.capability, default=None)
    trailing = _trailing(world, config.open_frontier.open_lag, returned)
    if best is not None and best.capability >= trailing:
        return OPEN, best.capability, best.params
    stretch = float(np.exp(world.algorithms[-1]))
    return OPEN, trailing, float(optimal_params(law, reference * np.exp(trailing) / stretch))


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
    product, tiers = world.workloads.product, world.tiers
    users = np.bincount(product[product >= 0] % len(tiers.names), minlength=len(tiers.names))
    total = int(users.sum())
    return float(users[tiers.mode == ACTIVATIONS].sum() / total) if total else 0.0
