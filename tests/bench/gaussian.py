"""The loop of the literature: draw, fit mean and covariance, draw from the fit; two metrics per generation."""
import numpy as np


def run(d, n, regime, generations=100):
    """One run; in one dimension scalars, else matrices. Divisor n, as the maximum likelihood fit."""
    rng = np.random.default_rng()
    d = int(d)
    data = rng.normal(0.0, 1.0, n) if d == 1 else rng.multivariate_normal(np.zeros(d), np.eye(d), n)
    errors, ratios = [], []
    for _ in range(generations):
        if d == 1:
            mean, cov = np.mean(data), np.var(data)
            errors.append(mean**2)
            ratios.append(cov)
            new = rng.normal(mean, np.sqrt(cov), n)
        else:
            mean, cov = np.mean(data, axis=0), np.cov(data, rowvar=False, bias=True)
            errors.append(np.sum(mean**2))
            ratios.append(np.trace(cov) / d)
            new = rng.multivariate_normal(mean, cov, n)
        data = new if regime == "replace" else np.concatenate([data, new])
    return errors, ratios
