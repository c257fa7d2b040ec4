"""Closes the month's accounts: what each vintage has earned back, and who pays for training."""

import numpy as np

from sim.agents.provider import VintageAccount
from sim.economics import accounts
from sim.world import World


def accounts_are_closed(world: World) -> None:
    """Note vintages that have earned their cost, and the year's gross profits and outlays."""
    for provider in world.providers:
        for account in provider.vintages:
            if account.payback_month is None and accounts.has_paid_back(account.gross, account.model.budget):
                account.payback_month = world.month
    books = [p.books for p in world.providers]
    columns = [(b.revenue, b.revenue - b.serving, b.training, b.overhead) for b in books]
    world.year.append(np.array(columns).T)
    world.sales.append(float(world.year[-1][0].sum()))
    _, gross, outlay, _ = np.sum(world.year, axis=0)
    world.self_financed = accounts.self_financed_share(gross, outlay)
    _sum_up_paybacks(world)
    _note_leader(world)


def _note_leader(world: World) -> None:
    """Note the provider with the largest revenue and for how many months it has led."""
    revenue = [p.books.revenue for p in world.providers]
    largest = int(np.argmax(revenue)) if max(revenue) > 0 else None
    kept = largest is not None and largest == world.leader
    world.leader_tenure = world.leader_tenure + 1 if kept else (1 if largest is not None else float("nan"))
    world.leader = largest


def _sum_up_paybacks(world: World) -> None:
    """Share of replaced models that paid back, and the median time it took; vintages at the start apart."""
    trained = [
        (a, i + 1 < len(p.vintages) or p.model is None)
        for p in world.providers
        for i, a in enumerate(p.vintages)
        if a.model.vintage
    ]
    paid = np.array([account.payback_month is not None for account, _ in trained], dtype=bool)
    world.successes = int(paid.sum())
    world.paid_back = accounts.paid_back_share(np.array([old for _, old in trained], dtype=bool), paid)
    times = [t for account, _ in trained if (t := _time(account)) is not None]
    world.payback_time = float(np.median(times)) if times else float("nan")


def _time(account: VintageAccount) -> int | None:
    """Months from release to payback; the month of release counts as the first."""
    paid = account.payback_month
    return None if paid is None else paid - account.model.release_month + 1
