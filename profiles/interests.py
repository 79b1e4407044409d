"""Several interests of one shopper, so that shoes and lamps do not average into nonsense.

Pal, Eksombatchai, Zhou, Zhao, Rosenberg and Leskovec 2020, "PinnerSage: Multi-Modal User Embedding Framework for
Recommendations at Pinterest": Ward's clustering, each cluster told by its medoid and weighed by the decayed weights of
its members. Where they stop merging at a distance tuned for one encoder, the number of clusters is chosen here by the
silhouette (Rousseeuw 1987), so that any encoder will do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.vectors import FloatArray

INTERESTS_MAX = 6
# The heaviest ones tell the interests; a clustering of more would take longer than a search.
CLUSTERED_MAX = 128
# So few are not clustered: each tells of itself.
_ALONE_MAX = 2
# Below this mean silhouette the clusters are no better than one.
_SILHOUETTE_MIN = 0.15

Distances = NDArray[np.float64]
Labels = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Cluster:
    """One interest, in positions of the vectors that were given.

    Attributes
    ----------
    medoid: the member nearest to all the others. members: the heaviest first.
    weight: its share of all weights, above 0.
    """

    medoid: int
    members: tuple[int, ...]
    weight: float


def interests(vectors: FloatArray, weights: ArrayLike, interests_max: int = INTERESTS_MAX) -> tuple[Cluster, ...]:
    """The interests that some products tell of, the weightiest first; none without products of a weight above 0.

    The same vectors in another order give the same interests, as long as no two weights are equal; with equal ones the
    earlier counts first.

    Parameters
    ----------
    vectors: (n, dim) of unit length. weights: (n,), at least 0.
    interests_max: at least 1.
    """
    counted = np.asarray(weights, dtype=np.float64)
    heaviest = np.argsort(-counted, kind="stable")[:CLUSTERED_MAX]
    chosen = heaviest[counted[heaviest] > 0]
    if not len(chosen):
        return ()
    distances = _distances(np.asarray(vectors, dtype=np.float32)[chosen])
    own = counted[chosen] / counted[chosen].sum()
    labels = _labels(distances, interests_max)
    clusters = (_cluster(np.flatnonzero(labels == label), distances, own, chosen) for label in np.unique(labels))
    return tuple(sorted(clusters, key=lambda cluster: (-cluster.weight, cluster.medoid)))


def _cluster(members: Labels, distances: Distances, weights: Distances, chosen: Labels) -> Cluster:
    # The sum of squared distances, as in PinnerSage; each other member counts by its own weight.
    spread = (distances[np.ix_(members, members)] ** 2) @ weights[members]
    return Cluster(
        int(chosen[members[int(np.argmin(spread))]]),
        tuple(int(chosen[member]) for member in members),
        float(weights[members].sum()),
    )


def _labels(distances: Distances, interests_max: int) -> Labels:
    count = len(distances)
    most = min(interests_max, count)
    if count <= _ALONE_MAX:
        return np.arange(count, dtype=np.intp) if most == count else np.zeros(count, dtype=np.intp)
    best, best_silhouette = np.zeros(count, dtype=np.intp), _SILHOUETTE_MIN
    for labels in _cuts(distances, most):
        reached = silhouette(distances, labels)
        if reached >= best_silhouette:
            best, best_silhouette = labels, reached
    return best


def _cuts(distances: Distances, most: int) -> Iterable[Labels]:
    """Ward's clustering (1963), cut into `most`, ... 3, 2 clusters."""
    from scipy.cluster.hierarchy import ward

    count = len(distances)
    clusters = {at: [at] for at in range(count)}
    merges = ward(distances[np.triu_indices(count, 1)])
    for step, (one, other) in enumerate(merges[: count - 2, :2].astype(np.intp).tolist()):
        clusters[count + step] = clusters.pop(one) + clusters.pop(other)
        if len(clusters) <= most:
            labels = np.empty(count, dtype=np.intp)
            for label, members in clusters.items():
                labels[members] = label
            yield labels


def silhouette(distances: Distances, labels: Labels) -> float:
    """Mean over all of (b - a)/max(a, b): a the mean distance to its own cluster, b to the nearest other one.

    Rousseeuw 1987, "Silhouettes: a graphical aid to the interpretation and validation of cluster analysis"; alone in
    its cluster one counts 0.

    Parameters
    ----------
    distances: (n, n), symmetric, 0 on the diagonal. labels: (n,), at least two different ones.
    """
    names, own = np.unique(labels, return_inverse=True)
    belongs = (own[:, None] == np.arange(len(names))).astype(np.float64)
    sizes = belongs.sum(axis=0)
    sums = distances @ belongs
    at = np.arange(len(labels))
    others = sizes[own] - 1
    within = np.divide(sums[at, own], others, out=np.zeros(len(labels)), where=others > 0)
    means = sums / sizes
    means[at, own] = np.inf
    nearest = means.min(axis=1)
    larger = np.maximum(within, nearest)
    gains = np.divide(nearest - within, larger, out=np.zeros(len(labels)), where=(larger > 0) & (others > 0))
    return float(gains.mean())


def _distances(vectors: FloatArray) -> Distances:
    squared = np.maximum(0.0, 2 - 2 * (vectors @ vectors.T).astype(np.float64))
    np.fill_diagonal(squared, 0.0)
    distances: Distances = np.sqrt((squared + squared.T) / 2)
    return distances
