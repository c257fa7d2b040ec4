"""Compiled sums over customer types for the price conditions; `conditions` has the plain formulas.

Symbols: types in blocks, products outside and types inside; u utilities over 1 - rho; e exp(u - top);
g nests; spread 1/(1 - rho); T margin recaptured. Tables are [product, type], the rest as named.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit

BLOCK = 128  # types held in cache at once
MAGIC = 6755399441055744.0  # 1.5 x 2^52: adding it leaves the rounded number in the low bits
EXACT = {"contract"}  # fused multiply-add only: `exp` needs its additions in order
SUMS = {"reassoc", "contract", "nsz"}  # sums in vector lanes; no assumption about nan or infinity


@njit(error_model="numpy", inline="always")
def exp(x):
    """Exponential of x <= 0, relative error below 1e-15; 3e-308 where x < -708."""
    x = max(x, -708.0)
    shifted = x * 1.4426950408889634 + MAGIC
    whole = shifted - MAGIC
    r = (x - whole * 0.6931471803691238) - whole * 1.9082149292705877e-10
    p = 1.6059043836821613e-10
    p = p * r + 2.08767569878681e-09
    p = p * r + 2.505210838544172e-08
    p = p * r + 2.755731922398589e-07
    p = p * r + 2.7557319223985893e-06
    p = p * r + 2.48015873015873e-05
    p = p * r + 0.0001984126984126984
    p = p * r + 0.001388888888888889
    p = p * r + 0.008333333333333333
    p = p * r + 0.041666666666666664
    p = p * r + 0.16666666666666666
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    return p * np.int64((np.float64(shifted).view(np.int64) << 52) + (1023 << 52)).view(np.float64)


@njit(error_model="numpy", inline="always")
def log(x):
    """Logarithm of a positive normal number, absolute error below 1e-15."""
    shifted = np.float64(x).view(np.int64) - 4604544271217802189  # bits of the square root of 1/2
    power = shifted >> 52
    m = np.int64(np.float64(x).view(np.int64) - (power << 52)).view(np.float64)  # within a factor sqrt 2 of 1
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    p = 1.0 / 21.0
    p = p * z + 1.0 / 19.0
    p = p * z + 1.0 / 17.0
    p = p * z + 1.0 / 15.0
    p = p * z + 1.0 / 13.0
    p = p * z + 1.0 / 11.0
    p = p * z + 1.0 / 9.0
    p = p * z + 1.0 / 7.0
    p = p * z + 1.0 / 5.0
    p = p * z + 1.0 / 3.0
    p = p * z + 1.0
    whole = np.int64(power + 4843621399236968448).view(np.float64) - MAGIC
    return whole * 0.6931471805599453 + 2.0 * s * p


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def utilities(base, alpha, terms, spread, nest, low, n, table, top):
    """Fill `table` with scaled utilities and `top` [nest, type] with their maxima."""
    top[:, :n] = -1e300
    for k in range(base.shape[0]):
        g, term, factor = nest[k], terms[k], spread[nest[k]]
        for i in range(n):
            u = (base[k, low + i] - alpha[low + i] * term) * factor
            table[k, i] = u
            top[g, i] = max(top[g, i], u)


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def nest_shares(top, total, spread, n, prob):
    """Probability of each nest [nest, type] from the top and the sum of its exponentials."""
    nests = top.shape[0]
    best, below = np.zeros(BLOCK), np.empty(BLOCK)
    for g in range(nests):
        for i in range(n):
            prob[g, i] = (top[g, i] + log(total[g, i])) / spread[g]
            best[i] = max(best[i], prob[g, i])
    for i in range(n):
        below[i] = exp(-best[i])
    for g in range(nests):
        for i in range(n):
            prob[g, i] = exp(prob[g, i] - best[i])
            below[i] += prob[g, i]
    for g in range(nests):
        for i in range(n):
            prob[g, i] /= below[i]


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def plain_shares(top, total, n, prob):
    """The same for the plain logit, one nest with rho 0, without logarithms."""
    for i in range(n):
        best = max(top[0, i], 0.0)
        inside = total[0, i] * exp(top[0, i] - best)
        prob[0, i] = inside / (exp(-best) + inside)


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def shares(base, alpha, terms, spread, nest, low, n, table, within, top, total, prob):
    """Fill `table` with shares and `within` with shares within the nest, of `n` types from `low`."""
    utilities(base, alpha, terms, spread, nest, low, n, table, top)
    total[:, :n] = 0.0
    for k in range(base.shape[0]):
        g = nest[k]
        for i in range(n):
            e = exp(table[k, i] - top[g, i])
            within[k, i] = e
            total[g, i] += e
    if total.shape[0] == 1 and spread[0] == 1.0:
        plain_shares(top, total, n, prob)
    else:
        nest_shares(top, total, spread, n, prob)
    for g in range(total.shape[0]):
        for i in range(n):
            total[g, i] = 1.0 / total[g, i]
    for k in range(base.shape[0]):
        g = nest[k]
        for i in range(n):
            within[k, i] *= total[g, i]
            table[k, i] = within[k, i] * prob[g, i]


@njit(error_model="numpy", inline="always")
def margin_line(price, weight, spends):
    """Weighted margin p - c or 1 - c/p as start - slope c."""
    return (weight, weight / price) if spends else (weight * price, weight)


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def add_margins(share, within, costs, price, weight, spends, low, n, everywhere, nearby):
    """Add a product's margin to what a player earns from a customer, and within the nest."""
    start, slope = margin_line(price, weight, spends)
    if costs.size == 1:
        margin = start - slope * costs[0]
        for i in range(n):
            everywhere[i] += margin * share[i]
            nearby[i] += margin * within[i]
    else:
        for i in range(n):
            margin = start - slope * costs[low + i]
            everywhere[i] += margin * share[i]
            nearby[i] += margin * within[i]


@njit(error_model="numpy", fastmath=SUMS, cache=True)
def add_sums(share, alpha, mass, costs, low, n, everywhere, nearby, weight, sums):
    """Add sales, their price slope, the recaptured margin and the costs of one product."""
    sales, steep, back, cost_sales, cost_steep = 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(n):
        sold = mass[low + i] * share[i]
        slope = sold * alpha[low + i]
        sales += sold
        steep += slope
        back += slope * (everywhere[i] + weight * nearby[i])
    if costs.size > 1:
        for i in range(n):
            sold = mass[low + i] * share[i] * costs[low + i]
            cost_sales += sold
            cost_steep += sold * alpha[low + i]
    else:
        cost_sales, cost_steep = costs[0] * sales, costs[0] * steep
    sums[0] += sales
    sums[1] += steep
    sums[2] += back
    sums[3] += cost_sales
    sums[4] += cost_steep


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def sums_over_types(base, alpha, mass, costs, prices, terms, spread, nest, weights, players, spends):
    """Sales, slope, recaptured margin, cost of sales and of slope of each product, [product, 5].

    `weights` [player, product] is what a player counts of each product's margin; `players` [product].
    """
    J, types, nests = base.shape[0], base.shape[1], spread.size
    table, within = np.empty((J, BLOCK)), np.empty((J, BLOCK))
    top, total, prob = np.empty((nests, BLOCK)), np.empty((nests, BLOCK)), np.empty((nests, BLOCK))
    everywhere, nearby = np.empty(BLOCK), np.empty((nests, BLOCK))
    sums = np.zeros((J, 5))
    for low in range(0, types, BLOCK):
        n = min(BLOCK, types - low)
        shares(base, alpha, terms, spread, nest, low, n, table, within, top, total, prob)
        for player in range(weights.shape[0]):
            everywhere[:n] = 0.0
            nearby[:, :n] = 0.0
            for k in range(J):
                if weights[player, k] != 0.0:
                    add_margins(
                        table[k], within[k], costs[k], prices[k], weights[player, k], spends,
                        low, n, everywhere, nearby[nest[k]],
                    )  # fmt: skip
            for j in range(J):
                if players[j] == player:
                    add_sums(
                        table[j], alpha, mass, costs[j], low, n,
                        everywhere, nearby[nest[j]], spread[nest[j]] - 1.0, sums[j],
                    )  # fmt: skip
    return sums


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def add_option(u, weight, costs, price, spends, low, n, top, total, value):
    """Add an option of utility `u` to a nest's sum of exponentials and of margins, moving its top."""
    start, slope = margin_line(price, weight, spends)
    grouped = costs.size > 1
    for i in range(n):
        margin = start - slope * (costs[low + i] if grouped else costs[0])
        less = exp(-abs(u[i] - top[i]))
        old, new = (less, 1.0) if u[i] > top[i] else (1.0, less)
        total[i] = total[i] * old + new
        value[i] = value[i] * old + new * margin
        top[i] = max(top[i], u[i])


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def payoffs(base, alpha, mass, costs, prices, terms, spread, nest, weight, own, trials, trial_terms, spends):
    """Payoff of a player with products `own` at rows of their prices, rivals unchanged, [trial].

    `weight` [product] is what the player counts of each product's margin.
    """
    J, types, nests = base.shape[0], base.shape[1], spread.size
    u = np.empty(BLOCK)
    rival = np.empty((3, nests, BLOCK))
    state, prob = np.empty((3, nests, BLOCK)), np.empty((nests, BLOCK))
    worth = np.zeros(trials.shape[0])
    for low in range(0, types, BLOCK):
        n = min(BLOCK, types - low)
        rival[0], rival[1], rival[2] = -1e30, 0.0, 0.0
        for k in range(J):
            if own[k] < 0:
                g = nest[k]
                for i in range(n):
                    u[i] = (base[k, low + i] - alpha[low + i] * terms[k]) * spread[g]
                add_option(
                    u, weight[k], costs[k], prices[k], spends, low, n, rival[0, g], rival[1, g], rival[2, g]
                )
        for t in range(trials.shape[0]):
            state[:] = rival
            for k in range(J):
                if own[k] >= 0:
                    g, term = nest[k], trial_terms[t, own[k]]
                    for i in range(n):
                        u[i] = (base[k, low + i] - alpha[low + i] * term) * spread[g]
                    add_option(
                        u, weight[k], costs[k], trials[t, own[k]], spends, low, n,
                        state[0, g], state[1, g], state[2, g],
                    )  # fmt: skip
            worth[t] += expected(state, spread, mass, low, n, prob)
    return worth


@njit(error_model="numpy", fastmath=SUMS, cache=True)
def expected(state, spread, mass, low, n, prob):
    """Mean margin over the options chosen by `n` types, summed over their mass."""
    top, total, value = state[0], state[1], state[2]
    for g in range(spread.size):
        for i in range(n):
            if total[g, i] == 0.0:
                total[g, i] = 1.0
    if spread.size == 1 and spread[0] == 1.0:
        plain_shares(top, total, n, prob)
    else:
        nest_shares(top, total, spread, n, prob)
    worth = 0.0
    for g in range(spread.size):
        for i in range(n):
            worth += mass[low + i] * prob[g, i] * value[g, i] / total[g, i]
    return worth


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def log_odds(base, alpha, cost_terms, terms, players, count):
    """Log odds that a type buys from a player at cost, others at their prices, [player, type]."""
    J, types = base.shape
    u = np.empty(J)
    odds = np.empty((count, types))
    for i in range(types):
        for player in range(count):
            mine, other = -1e300, 0.0
            for k in range(J):
                own = players[k] == player
                u[k] = base[k, i] - alpha[i] * (cost_terms[k] if own else terms[k])
                if own:
                    mine = max(mine, u[k])
                else:
                    other = max(other, u[k])
            gain, loss = 0.0, exp(-other)
            for k in range(J):
                if players[k] == player:
                    gain += exp(u[k] - mine)
                else:
                    loss += exp(u[k] - other)
            odds[player, i] = mine - other + log(gain / loss)
    return odds
