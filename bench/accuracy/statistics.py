"""Exact binomial bounds without a statistics package."""

from math import exp, lgamma, log


def upper_bound(wrong: int, total: int, confidence: float = 0.95) -> float:
    """The share below which the true rate lies with this confidence (Clopper–Pearson, one-sided; 3/n when `wrong` is 0)."""
    if total == 0 or wrong >= total:
        return 1.0
    low, high = wrong / total, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(wrong, total, middle) > 1 - confidence else (low, middle)
    return high


def _at_most(wrong: int, total: int, rate: float) -> float:
    """P(X ≤ wrong) of a binomial."""
    return sum(
        exp(lgamma(total + 1) - lgamma(k + 1) - lgamma(total - k + 1) + k * log(rate) + (total - k) * log(1 - rate))
        for k in range(wrong + 1)
    )


def f1(right: int, invented: int, missed: int) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    precision = right / (right + invented) if right + invented else 1.0
    recall = right / (right + missed) if right + missed else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0
