"""Who stands in relation to whom: networks, drawn once, and turned into sparse matrices for the run.

Nodes are named; a matrix runs over the names in the order that is asked for, [from, to].
"""

from collections.abc import Iterable, Sequence
from functools import cache

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from sim.columns import SegmentKey

Edge = tuple[str, str]  # from, to


def trade(names: Iterable[str], cuts: Iterable[Edge] = ()) -> nx.DiGraph:
    """Who may sell to whom: an edge runs from the seller's jurisdiction to the buyer's.

    Everybody may sell everywhere, also at home, but across the edges in `cuts`.
    """
    names = list(names)
    graph = nx.complete_graph(names, create_using=nx.DiGraph)
    graph.add_edges_from((name, name) for name in names)
    graph.remove_edges_from(cuts)
    return graph


def matrix(graph: nx.DiGraph, names: Sequence[str]) -> csr_array:
    """Weights of the edges (1 unless the graph says otherwise), `[from, to]`."""
    return nx.to_scipy_sparse_array(graph, nodelist=list(names), dtype=np.float64, format="csr")


@cache
def may_sell(names: tuple[str, ...], cuts: frozenset[Edge]) -> NDArray[np.bool_]:
    """Whether providers of one jurisdiction may sell to customers of another, `[seller, buyer]`.

    Worked out once for each set of cuts; not to be written to.
    """
    found = np.asarray(matrix(trade(names, cuts), names).toarray() > 0)
    found.flags.writeable = False
    return found


def peers(keys: Sequence[SegmentKey], domain_share: float) -> nx.DiGraph:
    """Whom segments listen to: the same field abroad and other fields at home; weights of each sum to one.

    A segment without peers of one kind gives all its attention to the other; one alone hears of nobody.
    """
    graph = nx.DiGraph()
    segments = [(key.name, key.domain, key.jurisdiction) for key in keys]
    graph.add_nodes_from(name for name, _, _ in segments)
    for name, field, place in segments:
        abroad = [other for other, what, where in segments if what == field and where != place]
        home = [other for other, what, where in segments if where == place and what != field]
        share = domain_share if abroad and home else float(bool(abroad))
        weighted = [(abroad, share), (home, 1 - share)]
        graph.add_weighted_edges_from(
            (name, other, part / len(group)) for group, part in weighted for other in group if part > 0
        )
    return graph
