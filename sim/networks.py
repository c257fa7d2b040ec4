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
    graph.add_nodes_from(key.name for key in keys)
    for key in keys:
        abroad = [o.name for o in keys if o.domain == key.domain and o.jurisdiction != key.jurisdiction]
        home = [o.name for o in keys if o.jurisdiction == key.jurisdiction and o.domain != key.domain]
        share = domain_share if abroad and home else float(bool(abroad))
        weighted = [(abroad, share), (home, 1 - share)]
        graph.add_weighted_edges_from(
            (key.name, other, part / len(group)) for group, part in weighted for other in group if part > 0
        )
    return graph


def lineage(bases: Sequence[str], derivatives: Iterable[tuple[str, str, float]]) -> nx.DiGraph:
    """What rests on what: an edge from a base model to each product made of it, `(base, product, weight)`.

    The weight is the share of the product's behaviour that is visible in the base.
    """
    graph = nx.DiGraph()
    graph.add_nodes_from(bases)
    graph.add_weighted_edges_from(derivatives)
    return graph


def lineage_matrix(graph: nx.DiGraph, bases: Sequence[str], products: Sequence[str]) -> NDArray[np.float64]:
    """Weights of the lineage, `[base, product]`."""
    weights = matrix(graph, [*bases, *products]).toarray()
    return np.ascontiguousarray(weights[: len(bases), len(bases) :])
