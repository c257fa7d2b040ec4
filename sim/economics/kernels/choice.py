"""Compiled exponentials and nest probabilities of a block of customer types.

Symbols: types in blocks, products outside and types inside; u utilities over 1 - rho; e exp(u - top of
the nest); g nests; spread 1/(1 - rho). Tables are [product, type] unless said; `t` are `game.Tables`.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit

BLOCK = (
    504  # types in hand at once, few enough for the cache; rows a power of two apart would share its lines
)
NEAR, CLOSE = 0.1, 2e-3  # changes of a utility whose exponential is a short series, a shorter one
MAGIC = 6755399441055744.0  # 1.5 x 2^52: adding it leaves the rounded number in the low bits
EXACT = {"contract"}  # fused multiply-add only: `exp` needs its additions in order
SUMS = {"reassoc", "contract", "nsz"}  # sums in vector lanes; no assumption about nan or infinity


@njit(cache=True)
def width(types):
    """Room for the types of a block: rows an odd number of cache lines apart, no longer than needed."""
    return min(BLOCK, ((types + 7) // 8 | 1) * 8)


@njit(error_model="numpy", inline="always")
def exp(x):
    """Exponential of x < 700, relative error below 3e-14 (degree 9); 3e-308 where x < -708."""
    x = max(x, -708.0)
    shifted = x * 1.4426950408889634 + MAGIC
    whole = shifted - MAGIC
    r = (x - whole * 0.6931471803691238) - whole * 1.9082149292705877e-10
    r2 = r * r
    r4 = r2 * r2
    low = (1.0000000000000135 + r * 1.0000000000000013) + r2 * (0.4999999999943814 + r * 0.16666666666615607)
    middle = (0.041666667040776456 + r * 0.008333333367332009) + r2 * (
        0.0013888801714761622 + r * 0.0001984119061583585
    )
    p = low + r4 * (middle + r4 * (2.488447635159146e-05 + r * 2.763265575933203e-06))
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


@njit(error_model="numpy", cache=True)
def sound(utilities, alpha, weights):
    """Whether all are finite, each alpha lies above 0, no weight below it and one above; a row each."""
    flaws, most = 0, 0.0
    for i in range(utilities.size):
        flaws += not abs(utilities[i]) < np.inf
    for i in range(alpha.size):
        flaws += not 0.0 < alpha[i] < np.inf
        flaws += not 0.0 <= weights[i] < np.inf
        most = max(most, weights[i])
    return flaws == 0 and most > 0.0


@njit(error_model="numpy", cache=True)
def laid_out(utilities, alpha, place, rho, players, weights, least):
    """The parts of `game.Tables` that are made: base, slopes, spread, nest, weights and kept.

    Of utilities [product, type], none below `least`, the nests' `place` [product] and `rho` [nest], and
    profit weights [product, product], alike for the products of a player. Without correlation the nests
    are one.
    """
    nested = rho.max() > 0.0
    spread, nest, J = np.ones(rho.size if nested else 1), np.zeros_like(place), place.size
    slopes, base, kept = np.empty((spread.size, alpha.size)), np.empty(utilities.shape), np.empty(J)
    counted = np.empty((players.max() + 1, J))
    for g in range(spread.size):
        spread[g] = 1.0 / (1.0 - rho[g])
        for i in range(alpha.size):
            slopes[g, i] = spread[g] * alpha[i]
    for k in range(J):
        nest[k] = place[k] if nested else 0
        factor, kept[k] = spread[nest[k]], weights[k, k]
        for i in range(alpha.size):
            base[k, i] = max(utilities[k, i] * factor, least)
        for j in range(J):
            counted[players[k], j] = weights[k, j]
    return base, slopes, spread, nest, counted, kept


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def highest(base, alpha, terms, nest, low, n, top):
    """Fill the tops of the nests with the highest utilities of their products, [nest, type]."""
    for g in range(top.shape[0]):
        for i in range(n):
            top[g, low + i] = -1e300
    for k in range(base.shape[0]):
        g, term = nest[k], terms[k]
        best, source, slope = top[g, low : low + n], base[k, low : low + n], alpha[g, low : low + n]
        for i in range(n):
            u = source[i] - slope[i] * term
            best[i] = u if u > best[i] else best[i]


@njit(error_model="numpy", inline="always")
def near_exp(x):
    """Exponential of x between -NEAR and NEAR, relative error below 1e-14 (degree 8)."""
    x2 = x * x
    x4 = x2 * x2
    low = (1.0 + x) + x2 * (1.0 / 2.0 + x * (1.0 / 6.0))
    middle = (1.0 / 24.0 + x * (1.0 / 120.0)) + x2 * (1.0 / 720.0 + x * (1.0 / 5040.0))
    return low + x4 * (middle + x4 * (1.0 / 40320.0))


@njit(error_model="numpy", inline="always")
def close_exp(x):
    """Exponential of x between -CLOSE and CLOSE, relative error below 1e-15 (degree 4)."""
    x2 = x * x
    return (1.0 + x) + x2 * ((1.0 / 2.0 + x * (1.0 / 6.0)) + x2 * (1.0 / 24.0))


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def exponentials(base, alpha, terms, at, steepest, nest, low, n, e, top, total):
    """Bring e [product, type] = exp(u - top of the nest) from terms `at` to `terms`; fill the nests' sums.

    Utilities may lie 100 above the tops at most. `steepest` is the largest alpha: where a product's utilities
    hardly change a series serves, where its term stays nothing is to do; at inf there is no e yet.
    """
    for g in range(total.shape[0]):
        for i in range(n):
            total[g, i] = 0.0
    for k in range(base.shape[0]):
        g, term, move = nest[k], terms[k], terms[k] - at[k]
        best, source, slope = top[g, low : low + n], base[k, low : low + n], alpha[g, low : low + n]
        row, whole, change = e[k, :n], total[g, :n], abs(move) * steepest
        if not change < NEAR:
            for i in range(n):
                row[i] = exp(source[i] - slope[i] * term - best[i])
        elif change >= CLOSE:
            for i in range(n):
                row[i] *= near_exp(-slope[i] * move)
        elif change > 0.0:
            for i in range(n):
                row[i] *= close_exp(-slope[i] * move)
        for i in range(n):
            whole[i] += row[i]


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
def chosen(top, total, spread, n, prob):
    """Probability of each nest [nest, type], the plain logit being one nest with rho 0."""
    if spread.size == 1 and spread[0] == 1.0:
        plain_shares(top, total, n, prob)
    else:
        nest_shares(top, total, spread, n, prob)


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def add_nest(top, total, value, spread, n, best, whole, worth):
    """Add a nest to the choice among nests: `whole` sums exp(inclusive value - best), `worth` their values.

    `value` is the nest's sum of e times what counts, so that worth / whole is its mean over choices.
    """
    factor = 1.0 / spread
    for i in range(n):
        mass = total[i] if total[i] > 0.0 else 1.0
        inclusive = (top[i] + log(mass)) * factor
        rise = inclusive - best[i]
        less = exp(-abs(rise))
        old, new = (less if rise > 0.0 else 1.0), (1.0 if rise > 0.0 else less)
        whole[i] = whole[i] * old + new
        worth[i] = worth[i] * old + new * (value[i] / mass)
        best[i] = max(best[i], inclusive)


@njit(error_model="numpy", inline="always")
def margin_line(price, weight, spends):
    """Weighted margin p - c or 1 - c/p as start - slope c."""
    return (weight, weight / price) if spends else (weight * price, weight)
