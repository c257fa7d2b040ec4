"""Whether a provider fights a rival: a war price, what it costs, and how long the rival can last.

Decided from the published view, market research, and what each provider believes of the others' purses.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.config import Config
from sim.economics import predation
from sim.economics.conditions import sales_and_surplus, solve_rows
from sim.economics.game import PriceGame
from sim.economics.progress import MONTHS
from sim.economics.scaling import Array
from sim.economics.search import search
from sim.events import NO_CAUSE
from sim.published import Catalogue, Published

TOLERANCE = 1e-6  # of prices in the imagined war
NODES = 9  # beliefs about a purse over which the chance of a fight is taken


@dataclass(frozen=True)
class War:
    """A provider sells everything at a multiple of unit cost until a target leaves."""

    aggressor: int  # index into the providers
    target: int
    price: float  # over unit cost
    burn: float  # USD/month that the target is expected to lose
    lasts: float  # month, how long the target is believed to last
    gain: float  # USD, value of war less that of peace
    ratio: float  # price over average avoidable cost
    begun: int = NO_CAUSE  # number of the event of its beginning


@dataclass(frozen=True)
class Purses:
    """Money of the providers, as their accounts show it, and what others believe of it."""

    funds: Array  # USD, cash, undrawn credit and what a treasury would add [provider]
    fixed: Array  # USD/month, overhead, training and interest less backing and grants [provider]
    overhead: Array  # USD/month [provider]
    luck: dict[tuple[int, int], float]  # standard normal, error of a belief, by (aggressor, target)


@dataclass(frozen=True)
class Research:
    """What everybody knows of the market: products, the game of prices, and what comes of it in peace."""

    game: PriceGame
    goods: Catalogue
    left: float  # share of revenue that auditors leave
    lowest: Array  # over unit cost, below which the law lets nobody sell [provider]
    prices: Array  # USD/Mtoken, in peace
    spend: float  # USD/month over the weights of demand
    names: tuple[str, ...]  # of the providers
    pairs: tuple[tuple[int, int], ...]  # who might fight whom

    @cached_property
    def sellers(self) -> Array:
        """USD/month over the weights of demand by who sells what, 0 elsewhere [product, provider]."""
        return self.spend * (self.goods.provider[:, None] == np.arange(len(self.names)))


class Sales(NamedTuple):
    """Flows of every provider at some prices, or at rows of them, USD/month [..., provider]."""

    revenue: Array
    serving: Array
    gross: Array  # profit after auditors


class Fought(NamedTuple):
    """What wars would bring on a grid of war prices, all [pair, level]; fields as those of a `Duel`."""

    levels: Array
    own: Array
    theirs: Array
    ratio: Array
    lawful: NDArray[np.bool_]


@dataclass(frozen=True)
class Duel:
    """One aggressor and one target, over the grid of war prices; flows in USD/month."""

    aggressor: int
    target: int
    levels: Array  # war prices over unit cost [level]
    own: Array  # gross profit of the aggressor [level]
    theirs: Array  # gross profit of the target, which answers as well as it can [level]
    ratio: Array  # of the aggressor's price to its average avoidable cost [level]
    lawful: NDArray[np.bool_]  # whether the law lets the aggressor sell so low at all [level]
    peace: float  # gross profit of the aggressor in peace
    their_peace: float  # gross profit of the target in peace
    alone: float  # gross profit of the aggressor once the target is gone


def choose_wars(config: Config, research: Research, purses: Purses) -> tuple[tuple[War, ...], float]:
    """Wars that somebody wants to fight, one an aggressor, and the mean chance of a seller to be fought.

    No provider's turn comes before another's: each decides on the same view. The chance is over what an
    aggressor may come to believe of the target's purse: the largest over aggressors, the mean over sellers.
    """
    goods = research.goods
    wanted: dict[int, War] = {}
    chances = dict.fromkeys(np.unique(goods.provider[goods.sold]).tolist(), 0.0)
    for duel in _duels(config, research, purses):
        war, chance = _judge(config, duel, purses)
        best = wanted.get(duel.aggressor)
        if war and (best is None or _rank(war, research) < _rank(best, research)):
            wanted[duel.aggressor] = war
        chances[duel.target] = max(chances[duel.target], chance)
    wars = sorted(wanted.values(), key=lambda war: research.names[war.aggressor])
    return tuple(wars), sum(chances.values()) / len(chances)


def _rank(war: War, research: Research) -> tuple[float, str]:
    return -war.gain, research.names[war.target]


def possible_pairs(
    config: Config, view: Published, fixed: Array, funds: Array
) -> tuple[tuple[int, int], ...]:
    """Aggressors and targets of conceivable wars: one with market power, one that can be worn down.

    A target that answers well never sells at a loss, so that none falls whose other flows are positive.
    """
    sold = view.catalogue.sold
    use = np.bincount(view.catalogue.provider[sold], view.product_use[sold], len(view.names))
    able = np.flatnonzero((use > 0.0) & (use >= config.rivalry.market_power * use.sum())).tolist()
    weak = np.flatnonzero(view.selling & (fixed > 0.0) & np.isfinite(funds)).tolist()
    return tuple((aggressor, target) for target in weak for aggressor in able if aggressor != target)


def _duels(config: Config, research: Research, purses: Purses) -> Iterator[Duel]:
    """Wars that the aggressor might outlast, and that would leave it better off once they are won."""
    peace, fought = _sales(research, research.prices).gross, _fought(config, research, purses)
    alone = cache(lambda target: _without(research, target).gross)
    for pair in np.flatnonzero(_may_outlast(config, research, purses, fought)).tolist():
        aggressor, target = research.pairs[pair]
        after = float(alone(target)[aggressor])
        if after > peace[aggressor]:
            yield Duel(
                aggressor=aggressor,
                target=target,
                levels=fought.levels[pair],
                own=fought.own[pair],
                theirs=fought.theirs[pair],
                ratio=fought.ratio[pair],
                lawful=fought.lawful[pair],
                peace=float(peace[aggressor]),
                their_peace=float(peace[target]),
                alone=after,
            )


def _fought(config: Config, research: Research, purses: Purses) -> Fought:
    """What wars of all pairs would bring, the targets answering as well as they can."""
    (aggressor, target), rules = np.array(research.pairs).T, config.rivalry
    levels = _levels(config, research, aggressor)
    flows = _flows(research, slice(None), *_answers(research, aggressor, target, levels))
    pair, avoidable = np.arange(len(target)), rules.avoidable_overhead * purses.overhead[aggressor][:, None]
    revenue, serving, own = (flow[pair, :, aggressor] for flow in flows)
    return Fought(
        levels=levels,
        own=own,
        theirs=flows.gross[pair, :, target],
        ratio=predation.price_cost_ratio(revenue, serving, avoidable),
        lawful=levels >= research.lowest[aggressor][:, None],
    )


def _levels(config: Config, research: Research, aggressor: NDArray[np.intp]) -> Array:
    """War prices over unit cost, from far below cost to near the price of peace [aggressor, level]."""
    goods, rules = research.goods, config.rivalry
    mine = goods.provider == aggressor[:, None]
    least = np.where(mine, research.prices / goods.unit_cost, np.inf).min(axis=1)
    way = np.arange(rules.price_steps) / rules.price_steps
    return rules.lowest_price * (np.maximum(least, rules.lowest_price) / rules.lowest_price)[:, None] ** way


def _answers(
    research: Research, aggressor: NDArray[np.intp], target: NDArray[np.intp], levels: Array
) -> tuple[Array, Array]:
    """Prices and sales in wars, [pair, level, product]; targets answer as well as they can, others stay."""
    goods, game = research.goods, research.game
    mine, theirs = (goods.provider == side[:, None] for side in (aggressor, target))
    held = np.where(theirs, game.bounded(research.prices), research.prices)
    starts = np.where(mine[:, None], levels[..., None] * goods.unit_cost, held[:, None])
    found = [
        solve_rows(game, rows, moving, TOLERANCE)
        for rows, moving in zip(starts, game.free & theirs, strict=True)
    ]
    prices, sales = zip(*found, strict=True)
    return np.array(prices), np.array(sales)


def _may_outlast(config: Config, research: Research, purses: Purses, fought: Fought) -> NDArray[np.bool_]:
    """Whether at some price the aggressor outlasts the target, whose purse is the least believed [pair]."""
    aggressor, target = np.array(research.pairs).T
    luck = np.array([purses.luck[pair] for pair in research.pairs])
    least = np.exp(config.rivalry.purse_noise * np.minimum(luck, _nodes()[0]))
    burns = purses.fixed[target][:, None] - fought.theirs
    lasts = predation.runway((purses.funds[target] * least)[:, None], burns)
    own = predation.runway(purses.funds[aggressor][:, None], purses.fixed[aggressor][:, None] - fought.own)
    return np.asarray((np.isfinite(lasts) & (own >= lasts)).any(axis=1))


def _without(research: Research, target: int) -> Sales:
    """Sales of the others once the target has left and all have set new prices."""
    kept = np.flatnonzero(research.goods.provider != target)
    game = research.game.among(kept)
    found = search(game, game.bounded(research.prices[kept]), TOLERANCE, check=False)
    return _flows(research, kept, found.prices, found.sales)


def _sales(research: Research, prices: Array) -> Sales:
    return _flows(research, slice(None), prices, sales_and_surplus(research.game, prices)[0])


def _flows(research: Research, rows: NDArray[np.intp] | slice, prices: Array, bought: Array) -> Sales:
    """Flows by provider of what is bought at prices of some products, both [..., product]."""
    sellers, spends = research.sellers[rows], research.game.demand.spends
    paid, quantity = (bought, bought / prices) if spends else (prices * bought, bought)
    revenue, serving = paid @ sellers, (quantity * research.goods.unit_cost[rows]) @ sellers
    return Sales(revenue, serving, research.left * revenue - serving)


def _nodes() -> Array:
    """Errors of belief about a purse at which wars are weighed, standard normal, rising [node]."""
    return np.asarray(ndtri((np.arange(NODES) + 0.5) / NODES))


def _judge(config: Config, duel: Duel, purses: Purses) -> tuple[War | None, float]:
    """The war at the price that is worth most, if there is one to fight, and the chance of such a war.

    The chance is the share of the beliefs about the target's purse at which it would be fought.
    """
    beliefs = np.append(_nodes(), purses.luck[duel.aggressor, duel.target])
    fights, gains, lasts = _weigh(config, duel, purses, beliefs)
    chance = float(fights[:-1].any(axis=1).mean())
    return (_war(duel, purses, fights[-1], gains[-1], lasts[-1]) if fights[-1].any() else None), chance


def _weigh(
    config: Config, duel: Duel, purses: Purses, belief: Array
) -> tuple[NDArray[np.bool_], Array, Array]:
    """Whether to fight, value over waiting, runway of the target, by belief and level [belief, level].

    Waiting is worth peace for ever, or until the target falls of itself; war must be worth more.
    """
    rules, target, aggressor = config.rivalry, duel.target, duel.aggressor
    delta = (1.0 + config.training.discount_rate) ** (-1.0 / MONTHS)
    purse = (purses.funds[target] * np.exp(rules.purse_noise * belief))[:, None]
    lasts = predation.runway(purse, purses.fixed[target] - duel.theirs)
    own = predation.runway(purses.funds[aggressor], purses.fixed[aggressor] - duel.own)
    falls = predation.runway(purse, purses.fixed[target] - duel.their_peace)
    waits = predation.value_of_war(np.array(duel.peace), duel.alone, delta, falls)
    fights = predation.war_pays(rules.motive, waits, duel.own, duel.alone, delta, own, lasts)
    fights &= duel.lawful
    if rules.antitrust == "on":
        fights &= ~((duel.ratio < 1.0) & predation.recoups(duel.peace, duel.own, duel.alone, delta, lasts))
    return fights, predation.war_value(rules.motive, duel.own, duel.alone, delta, lasts) - waits, lasts


def _war(duel: Duel, purses: Purses, fights: NDArray[np.bool_], gains: Array, lasts: Array) -> War:
    """The war at the price that is worth most of those at which one is fought, [level]."""
    best = int(np.argmax(np.where(fights, gains, -np.inf)))
    return War(
        aggressor=duel.aggressor,
        target=duel.target,
        price=float(duel.levels[best]),
        burn=float(purses.fixed[duel.target] - duel.theirs[best]),
        lasts=float(lasts[best]),
        gain=float(gains[best]),
        ratio=float(duel.ratio[best]),
    )
