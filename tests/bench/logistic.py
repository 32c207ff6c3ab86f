"""Newton's method from zero for two Gaussian classes, the log loss on 500 held-out points; inputs are relabelled, or drawn anew."""
import numpy as np


def classes(rng, n, d):
    label = rng.random(n) < 0.5
    x = rng.standard_normal((n, d))
    x[:, 0] += np.where(label, 1.0, -1.0)
    return np.column_stack([np.ones(n), x]), label.astype(float)


def fit(x, y, penalty=1e-3, steps=25):
    n, width = x.shape
    b, ridge = np.zeros(width), 2 * penalty * np.eye(width)
    for _ in range(steps):
        p = 1 / (1 + np.exp(-(x @ b)))
        step = np.linalg.solve((x.T * (p * (1 - p))) @ x / n + ridge, x.T @ (p - y) / n + 2 * penalty * b)
        b = b - step
        if np.max(np.abs(step)) < 1e-7:
            break
    return b


def run(d, n, regime, generations=100):
    """One run."""
    rng = np.random.default_rng()
    d = int(d)
    test, answer = classes(rng, 500, d)
    first, labels = classes(rng, n, d)
    pool_x, pool_y = first, labels
    losses = []
    for _ in range(generations):
        b = fit(pool_x, pool_y)
        z = test @ b
        losses.append(np.mean(np.logaddexp(0, z) - answer * z))
        x = classes(rng, n, d)[0] if regime == "fresh" else first
        y = (rng.random(n) < 1 / (1 + np.exp(-(x @ b)))).astype(float)
        if regime == "accumulate":
            pool_x, pool_y = np.concatenate([pool_x, x]), np.concatenate([pool_y, y])
        else:
            pool_x, pool_y = x, y
    return losses
