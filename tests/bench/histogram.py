"""Forty bins over [-4, 4] of a Gaussian: squared error of the shares at every generation."""
import math

import numpy as np

BINS, LOW, HIGH = 40, -4.0, 4.0


def run(_, n, regime, generations=100):
    """One run."""
    rng = np.random.default_rng()
    edges = np.linspace(LOW, HIGH, BINS + 1)
    below = np.array([0.5 * math.erfc(-x / math.sqrt(2)) for x in edges])
    truth = np.diff(below) / (below[-1] - below[0])
    pool = rng.standard_normal(n)
    errors = []
    for _ in range(generations):
        counts, _ = np.histogram(pool, edges)
        shares = counts / counts.sum()
        errors.append(np.sum((shares - truth) ** 2))
        bins = rng.choice(BINS, n, p=shares)
        new = edges[bins] + (HIGH - LOW) / BINS * rng.random(n)
        pool = new if regime == "replace" else np.concatenate([pool, new])
    return errors
