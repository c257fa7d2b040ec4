"""Compiled steps of workloads that come to consider, review and choose, one pass over the columns each.

Symbols: segment, product (code in use), considering are columns over workloads; a stream's key and ids give
each workload its uniform number as `sim.streams.uniforms` does.
"""

# mypy: allow-untyped-defs
import numpy as np
from numba import njit

from sim.economics.kernels.choice import EXACT
from sim.economics.kernels.customers import add_ties, in_hand, wants
from sim.economics.kernels.nests import BLOCK, nest_room, pick
from sim.economics.kernels.streams import hashed

NOBODY = -1  # the product of a workload that uses none
LOWEST_CODE = -3  # of a product


@njit(error_model="numpy", cache=True)
def due(considering, segment, product, host, released, barred, begins, adoption, expires, review, ids):
    """Rows of those who choose anew.

    Who begins to consider, with the chance `begins` of the segment, is marked in `considering`. Others use a
    product that is `released` [code from the lowest on] or `barred` to them [segment, provider; empty: none],
    or their contract comes up with probability `expires`. `adoption` and `review` are keys of draws.
    """
    found, count = np.empty(segment.size, dtype=np.intp), 0
    for i in range(segment.size):
        must = considering[i]
        if must:
            now = product[i]
            must = released[now - LOWEST_CODE] or hashed(review, ids[i]) < expires
            if barred.size > 0 and now >= 0:
                must = must or barred[segment[i], host[now]]
        else:
            must = hashed(adoption, ids[i]) < begins[segment[i]]
            considering[i] = must
        found[count] = i
        count += must
    return found[:count].copy()


@njit(error_model="numpy", fastmath=EXACT, cache=True)
def choose(rows, stream, ids, rule, who, what, ties, offers, terms, nest, rho, taken):
    """Let rows choose anew by their numbers and nested-logit shares; how many moved to another provider.

    Writes their products into `ties.present`, and into `taken` what hosts took from those who stay. A block
    of rows goes from traits to its choice in the cache.
    """
    code, seller, line = offers
    hand, spread, moved = in_hand(line, who), 1.0 / (1.0 - rho), 0
    top, total, shares = nest_room(rho.size)
    luck, so_far, place = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK, dtype=np.intp)
    for low in range(0, rows.size, BLOCK):
        n = min(BLOCK, rows.size - low)
        for i in range(n):
            luck[i] = hashed(stream, ids[rows[low + i]])
        wants(hand, rows, low, n, rule, who, what)
        add_ties(hand, rows, low, n, ties, offers, terms)
        pick(hand.e, n, spread, nest, top, total, shares, luck, so_far, place)
        for i in range(n):
            row, j = rows[low + i], place[i]
            new, with_whom = (code[j], seller[j]) if j < code.size else (NOBODY, NOBODY)
            ties.present[row] = new
            taken[row] = hand.rows[-1, i] if new == hand.now[i] else 0.0
            moved += hand.host[i] >= 0 and with_whom >= 0 and with_whom != hand.host[i]
    return moved


@njit(error_model="numpy", cache=True)
def hosts(firm, product, host):
    """Workloads by code from the lowest on, firms with a provider and with several.

    A firm's workloads lie side by side.
    """
    count, having, several = np.zeros(host.size - LOWEST_CODE, dtype=np.intp), 0, 0
    last, first, mixed = NOBODY, NOBODY, False
    for i in range(firm.size):
        if product[i] == NOBODY:
            continue
        count[product[i] - LOWEST_CODE] += 1
        if product[i] < 0:
            continue
        provider = host[product[i]]
        if firm[i] != last:
            last, first, mixed = firm[i], provider, False
            having += 1
        elif provider != first and not mixed:
            mixed = True
            several += 1
    count[NOBODY - LOWEST_CODE] = firm.size - count.sum()
    return count, having, several
