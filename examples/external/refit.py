"""A logistic regression of scikit-learn, refitted to labels that it gave itself: reads one request, writes a line per generation."""
import json
import sys
import numpy as np
from sklearn.linear_model import LogisticRegression

asked = json.load(sys.stdin)
setup = asked["setup"]
truth, regime, n = setup["truth"], setup["regime"], setup["samples"]["start"]
real, synthetic = regime["real"]["kind"], regime["synthetic"]["kind"]
if real not in ("first", "kept") or setup["samples"]["grow"] != "constant" or setup["curation"]:
    print(json.dumps({"refused": "only first or kept real data, sets of one size, and no curation"}))
    sys.exit()
means, classes = np.array(truth["means"]), np.array(truth["classes"])
penalty = setup["model"]["penalty"]


def drawn(random, size):
    """Real inputs with their labels."""
    which = random.choice(len(means), size=size, p=truth["weights"])
    return means[which] + truth["deviation"] * random.standard_normal((size, means.shape[1])), classes[which]


for run in asked["runs"]:
    random = np.random.default_rng(run["seed"])
    held_x, held_y = drawn(random, 2000)
    first, made = drawn(random, n), []
    for generation in range(1, setup["generations"] + 1):
        kept = [first] if generation == 1 or real == "kept" else []
        sets = kept + {"newest": made[-1:], "all": made, "none": []}[synthetic]
        x, y = np.concatenate([x for x, _ in sets]), np.concatenate([y for _, y in sets])
        end = {"replicate": run["replicate"], "ending": {"kind": "degenerate", "generation": generation}}
        if len(np.unique(y)) < 2:  # no classifier can be fitted to one class
            print(json.dumps(end))
            break
        model = LogisticRegression(C=1 / (penalty * len(y)), fit_intercept=False).fit(x, y)
        if generation in asked["generations"]:
            values = {"accuracy": model.score(held_x, held_y)}
            print(json.dumps({"replicate": run["replicate"], "generation": generation, "values": values}))
        inputs, _ = drawn(random, n)
        made.append((inputs, (random.random(n) < model.predict_proba(inputs)[:, 1]).astype(int)))
