"""Grids (网格): an urban community is cut between its houses into parts of about 430 households."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Cut:
    """A straight cut of the plan: below `at` along `axis` lies `low`, else `high` (Cuts or leaf numbers)."""

    axis: int
    at: float
    low: object
    high: object


def cut_tree(places, households, limit, *, first=0):
    """(tree, number of leaves): houses at `places` (n, 2) in parts of at most about `limit` households."""
    parts = max(1, round(households.sum() / limit))
    if parts == 1 or len(places) < 2:
        return first, 1
    left = parts // 2
    axis, at = _best_cut(places, households, left / parts)
    low = places[:, axis] < at
    if low.all() or not low.any():
        return first, 1
    low_tree, low_count = cut_tree(places[low], households[low], limit, first=first)
    high_tree, high_count = cut_tree(places[~low], households[~low], limit, first=first + low_count)
    return Cut(axis, at, low_tree, high_tree), low_count + high_count


def _best_cut(places, households, share):
    """Along the longer side, in the widest gap between houses near the wished share of households."""
    axis = int(np.ptp(places[:, 1]) > np.ptp(places[:, 0]))
    order = np.argsort(places[:, axis], kind="stable")
    along = places[order, axis]
    done = np.cumsum(households[order])[:-1] / households.sum()
    gaps = np.diff(along)
    merit = np.abs(done - share) - 0.004 * np.minimum(gaps, 30) + np.where(gaps < 0.5, 1, 0)
    k = int(np.argmin(merit))
    return axis, round(float(along[k] + along[k + 1]) / 2, 2)


def leaf_at(tree, points):
    """Leaf number of each point (n, 2)."""
    if not isinstance(tree, Cut):
        return np.full(len(points), tree)
    low = points[:, tree.axis] < tree.at
    out = np.empty(len(points), dtype=int)
    out[low] = leaf_at(tree.low, points[low])
    out[~low] = leaf_at(tree.high, points[~low])
    return out


def cut_segments(tree, box):
    """Pieces of cut lines ((u, v), (u, v)) inside `box` = (u0, v0, u1, v1), overshooting it by a metre."""
    if not isinstance(tree, Cut):
        return
    u0, v0, u1, v1 = box
    lo, hi = (box[tree.axis], box[tree.axis + 2])
    at = min(max(tree.at, lo), hi)
    if lo < tree.at < hi:
        yield ((u0 - 1, at), (u1 + 1, at)) if tree.axis else ((at, v0 - 1), (at, v1 + 1))
    low = (u0, v0, u1, at) if tree.axis else (u0, v0, at, v1)
    high = (u0, at, u1, v1) if tree.axis else (at, v0, u1, v1)
    if tree.at > lo:
        yield from cut_segments(tree.low, low)
    if tree.at < hi:
        yield from cut_segments(tree.high, high)
