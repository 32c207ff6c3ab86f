"""Gaussian kernels of all training points at 500 held-out points, in blocks of 2,000 points, at every generation."""
import numpy as np


def moons(rng, n):
    angle, lower = np.pi * rng.random(n), rng.random(n) < 0.5
    points = np.where(lower[:, None], np.c_[1 - np.cos(angle), 0.5 - np.sin(angle)], np.c_[np.cos(angle), np.sin(angle)])
    return points + 0.05 * rng.standard_normal((n, 2))


def kernel_sums(points, test, h):
    total = np.zeros(len(test))
    norms = (test**2).sum(1)
    for start in range(0, len(points), 2000):
        part = points[start : start + 2000]
        squares = (part**2).sum(1)[:, None] + norms[None, :] - 2 * part @ test.T
        total += np.exp(squares * (-0.5 / h**2)).sum(0)
    return total


def run(h, n, regime, generations=100):
    """One run."""
    rng = np.random.default_rng()
    test, pool = moons(rng, 500), moons(rng, n)
    losses = []
    for _ in range(generations):
        sums = kernel_sums(pool, test, h)
        with np.errstate(divide="ignore"):
            losses.append(-np.mean(np.log(sums / (len(pool) * 2 * np.pi * h * h))))
        new = pool[rng.integers(len(pool), size=n)] + h * rng.standard_normal((n, 2))
        pool = new if regime == "replace" else np.concatenate([pool, new])
    return losses
