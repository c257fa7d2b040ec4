"""Closes the month's accounts: what each vintage has earned back, and who pays for training."""

from math import fsum
from statistics import median

from sim.agents.provider import Provider
from sim.config.training_rules import Extrapolated
from sim.economics import accounts
from sim.economics.belief import growth_seen
from sim.economics.progress import MONTHS
from sim.world import World


def accounts_are_closed(world: World) -> None:
    """Note vintages that have earned their cost, and revenue, gross profit, training and overhead of all."""
    for provider in world.providers:
        for account in provider.vintages[-1:]:  # the others earn no more
            if account.payback_month is None and accounts.has_paid_back(account.gross, account.model.budget):
                account.payback_month = world.month
    flows, month, books = world.accounts, world.month, world.books
    flows[month] = books.revenue, books.revenue - books.serving, books.training, books.overhead
    world.year_so_far = flows[max(month + 1 - int(MONTHS), 0) : month + 1].sum(axis=0)
    _, gross, outlay, _ = world.year_so_far
    world.self_financed = accounts.self_financed_share(gross, outlay)
    revenue = books.revenue.tolist()
    world.sales.append(fsum(revenue))
    world.growth = _growth(world)
    _note_leader(world, revenue)
    _sum_up_paybacks(world)


def _growth(world: World) -> float:
    """Growth of sales that providers see who extrapolate it, nat/month."""
    rule = world.config.belief
    return growth_seen(world.sales, rule.growth_memory) if isinstance(rule, Extrapolated) else 0.0


def _note_leader(world: World, revenue: list[float]) -> None:
    """Note the provider with the largest revenue, USD [provider], and for how many months it has led."""
    most = max(revenue)
    largest = revenue.index(most) if most > 0 else None
    kept = largest is not None and largest == world.leader
    world.leader_tenure = world.leader_tenure + 1 if kept else (1 if largest is not None else float("nan"))
    world.leader = largest


def _sum_up_paybacks(world: World) -> None:
    """Share of replaced models that paid back, and the median time it took; vintages at the start apart.

    A provider's stay as they are until its best model is another or its latest pays back.
    """
    lineup = [(p.model, p.vintages[-1].payback_month) if p.vintages else None for p in world.providers]
    if lineup == world.lineup:
        return
    for provider, now, before in zip(world.providers, lineup, world.lineup, strict=True):
        if now != before:
            world.paybacks[provider.place] = _paybacks(provider)
    world.lineup = lineup
    replaced = [paid for some, _ in world.paybacks for paid in some]
    times = [time for _, some in world.paybacks for time in some]
    world.successes = len(times)
    world.paid_back = accounts.paid_back_share(replaced)
    world.payback_time = float(median(times)) if times else float("nan")


def _paybacks(provider: Provider) -> tuple[list[bool], list[int]]:
    """Whether its replaced models paid back, and the months that it took those that did.

    The month of release counts as the first.
    """
    trained = [(one.model, one.payback_month) for one in provider.vintages if one.model.vintage]
    replaced = [month is not None for model, month in trained if model is not provider.model]
    times = [month - model.release_month + 1 for model, month in trained if month is not None]
    return replaced, times
