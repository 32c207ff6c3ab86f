"""Two components on a line by 60 steps of EM from k-means++ starts: their integrated squared error at every generation."""
import numpy as np

TRUTH = np.array([0.5, 0.5]), np.array([-2.0, 2.0]), np.array([1.0, 1.0])


def draws(rng, n, w, m, v):
    part = rng.random(n) < w[1]
    return np.where(part, m[1], m[0]) + np.where(part, v[1], v[0]) ** 0.5 * rng.standard_normal(n)


def fit(rng, x, steps=60):
    first = x[rng.integers(len(x))]
    far = (x - first) ** 2
    m = np.array([first, x[rng.choice(len(x), p=far / far.sum())]])
    w, v = np.array([0.5, 0.5]), np.full(2, x.var() / 4)
    for _ in range(steps):
        log = np.log(w) - 0.5 * np.log(v) - 0.5 * (x[:, None] - m) ** 2 / v
        r = np.exp(log - log.max(1)[:, None])
        r /= r.sum(1)[:, None]
        total = r.sum(0)
        w, m = total / len(x), (r * x[:, None]).sum(0) / total
        v = np.maximum((r * (x[:, None] - m) ** 2).sum(0) / total, 1e-6 * x.var())
    return w, m, v


def overlap(a, b):
    v = a[2][:, None] + b[2]
    return np.sum(a[0][:, None] * b[0] * np.exp(-0.5 * (a[1][:, None] - b[1]) ** 2 / v) / np.sqrt(2 * np.pi * v))


def run(_, n, regime, generations=100):
    """One run."""
    rng = np.random.default_rng()
    pool = draws(rng, n, *TRUTH)
    errors = []
    for _ in range(generations):
        own = fit(rng, pool)
        errors.append(overlap(own, own) - 2 * overlap(own, TRUTH) + overlap(TRUTH, TRUTH))
        new = draws(rng, n, *own)
        pool = new if regime == "replace" else np.concatenate([pool, new])
    return errors
