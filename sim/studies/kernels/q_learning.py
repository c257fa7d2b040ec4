"""Compiled duel of two Q-learning price setters with a memory of one period (Calvano et al. 2020).

Symbols: Q [player, state, action] values; state = own last action x actions + rival's, seen from
player 0; greedy [player, state] the action of highest value; A number of actions.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit


@njit(inline="always")
def advance(seed):
    """Next state of a SplitMix64 stream (Steele et al. 2014)."""
    return seed + np.uint64(0x9E3779B97F4A7C15)


@njit(inline="always")
def uniform(seed):
    """Number in [0, 1) of a stream's state."""
    z = seed
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return np.float64(z >> np.uint64(11)) * 1.1102230246251565e-16


@njit(cache=True)
def learn(profits, delta, rate, decay, patience, most, seed):
    """Play until both greedy strategies stay unchanged for `patience` periods.

    `profits` [player, action of 0, action of 1]. Returns greedy [player, state], the last state, the
    periods played and whether play settled within `most`.
    """
    actions = profits.shape[1]
    values, greedy = start(profits, delta)
    seed = advance(seed)
    state = int(uniform(seed) * actions * actions)
    calm, chosen = 0, np.zeros(2, dtype=np.int64)
    for period in range(most):
        explore = np.exp(-decay * period)
        for player in range(2):
            seed = advance(seed)
            chosen[player] = greedy[player, state]
            if uniform(seed) < explore:
                seed = advance(seed)
                chosen[player] = int(uniform(seed) * actions)
        following = chosen[0] * actions + chosen[1]
        calm += 1
        for player in range(2):
            gained = profits[player, chosen[0], chosen[1]]
            future = values[player, following, greedy[player, following]]
            row, action = values[player, state], chosen[player]
            row[action] += rate * (gained + delta * future - row[action])
            best = np.argmax(row)
            if best != greedy[player, state]:
                greedy[player, state] = best
                calm = 0
        state = following
        if calm >= patience:
            return greedy, state, period + 1, True
    return greedy, state, most, False


@njit(cache=True)
def start(profits, delta):
    """First values, the discounted profit of an action against a rival who picks at random."""
    actions = profits.shape[1]
    values = np.empty((2, actions * actions, actions))
    for action in range(actions):
        values[0, :, action] = profits[0, action].mean() / (1.0 - delta)
        values[1, :, action] = profits[1, :, action].mean() / (1.0 - delta)
    greedy = np.empty((2, actions * actions), dtype=np.int64)
    for player in range(2):
        greedy[player, :] = np.argmax(values[player, 0])
    return values, greedy


@njit(cache=True)
def settled_profit(profits, greedy, state):
    """Mean profit of the two over the cycle that greedy play falls into, and a state on it."""
    states = greedy.shape[1]
    for _ in range(states):
        state = follow(greedy, state)
    first, total, length = state, 0.0, 0
    while True:
        state = follow(greedy, state)
        own, other = divmod(state, profits.shape[1])
        total += 0.5 * (profits[0, own, other] + profits[1, own, other])
        length += 1
        if state == first:
            return total / length, first


@njit(inline="always")
def follow(greedy, state):
    """State after one period of greedy play."""
    actions = int(np.sqrt(greedy.shape[1]) + 0.5)
    return greedy[0, state] * actions + greedy[1, state]


@njit(cache=True)
def after_deviation(profits, greedy, state, before, after):
    """Actions [period, player] around a deviation of player 0 to its best reply for one period.

    `before` periods of settled play, the deviation, then `after` periods.
    """
    actions = profits.shape[1]
    path = np.empty((before + 1 + after, 2), dtype=np.int64)
    for period in range(before + 1 + after):
        own, other = greedy[0, state], greedy[1, state]
        if period == before:
            own = np.argmax(profits[0, :, other])
        path[period, 0], path[period, 1] = own, other
        state = own * actions + other
    return path
