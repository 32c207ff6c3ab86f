"""Normal equations on one set of inputs that is relabelled; the pool of all labels grows, or n of it are drawn."""
import numpy as np


def run(d, n, regime, generations=100):
    """One run."""
    rng = np.random.default_rng()
    d = int(d)
    truth = np.full(d, d**-0.5)
    first = rng.standard_normal((n, d))
    pool_x, pool_y = first, first @ truth + rng.standard_normal(n)
    risks = []
    for _ in range(generations):
        x, y = pool_x, pool_y
        if regime == "subsample":
            chosen = rng.choice(len(pool_y), n, replace=False)
            x, y = pool_x[chosen], pool_y[chosen]
        # A subsample of few inputs may hold one of them twice: the solution of least norm serves every case.
        if n > 3 * d:
            w = np.linalg.solve(x.T @ x, x.T @ y)
        else:
            w = np.linalg.lstsq(x, y, rcond=None)[0]
        risks.append(np.sum((w - truth) ** 2))
        labels = first @ w + rng.standard_normal(n)
        if regime == "replace":
            pool_y = labels
        else:
            pool_x, pool_y = np.concatenate([pool_x, first]), np.concatenate([pool_y, labels])
    return risks
