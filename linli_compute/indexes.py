"""Composite indexes: scale each item to 0…1, weigh, combine, rank. Missing stays missing."""

from dataclasses import dataclass

import numpy as np

from linli_compute.errors import InputError


@dataclass(frozen=True)
class Index:
    """Score and rank per area, and how much of the weight rests on data.

    `score` is nan and `rank` 0 where an area has less than the asked share of data.
    """

    score: np.ndarray
    rank: np.ndarray
    data_share: np.ndarray


def scale(value: np.ndarray, *, worst: float, best: float) -> np.ndarray:
    """0 at `worst` or beyond, 1 at `best` or beyond, straight between; `worst` may be the larger one.

    >>> scale(np.array([5.0, 15.0, 20.0, np.nan]), worst=20.0, best=10.0).tolist()
    [1.0, 0.5, 0.0, nan]
    """
    if worst == best:
        raise InputError("指标的最差值和最好值不能相同。")
    share = (np.asarray(value, dtype=float) - worst) / (best - worst)
    return np.asarray(np.clip(share, 0.0, 1.0) + 0.0)  # + 0.0: no minus zero in tables


def combine(scaled: np.ndarray, weights: np.ndarray, *, min_data_share: float = 1.0) -> Index:
    """Weighted mean of (areas, items) over the items that have data; rank 1 is best, equals share a rank.

    >>> scaled = np.array([[1.0, 0.0], [0.5, np.nan]])
    >>> combine(scaled, np.array([3.0, 1.0]), min_data_share=0.5).score.tolist()
    [0.75, 0.5]
    """
    weights = np.asarray(weights, dtype=float)
    if (weights < 0).any() or weights.sum() <= 0 or len(weights) != scaled.shape[1]:
        raise InputError("权重应与指标一一对应，不能为负，也不能全为 0。")
    there = ~np.isnan(scaled)
    data_share = there @ weights / weights.sum()
    sums = np.where(there, scaled, 0.0) @ weights
    score = np.divide(sums, there @ weights, out=np.full(len(sums), np.nan), where=there @ weights > 0)
    score[data_share < min_data_share - 1e-12] = np.nan
    return Index(score, ranks(score), data_share)


def ranks(score: np.ndarray) -> np.ndarray:
    """Places from 1 for the highest score; equals share the better place, nan has place 0.

    >>> ranks(np.array([0.5, 0.9, np.nan, 0.5])).tolist()
    [2, 1, 0, 2]
    """
    known = np.sort(score[~np.isnan(score)])
    above = len(known) - np.searchsorted(known, score, side="right")
    return np.where(np.isnan(score), 0, above + 1)
