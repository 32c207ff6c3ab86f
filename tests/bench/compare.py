"""Times the laboratory against plain NumPy, cell by cell in turn, and prints the ratios.

python tests/bench/compare.py [--only WORD ...]   WORD: a part of a cell's name (gaussian, kde, d=10;, n=32;, replace)
"""
import os

for name in ["OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"]:
    os.environ[name] = "1"

import argparse
import json
import subprocess
import time
from pathlib import Path

import gaussian
import histogram
import kde
import logistic
import mixture
import regression

BASELINES = {
    "gaussian": gaussian.run,
    "regression": regression.run,
    "kde": kde.run,
    "logistic": logistic.run,
    "histogram": histogram.run,
    "mixture": mixture.run,
}
REPOSITORY = Path(__file__).resolve().parents[2]
ENOUGH = 0.3  # seconds of a baseline after its warm-up run


def executable():
    command = ["cargo", "bench", "--package", "collapse-bench", "--bench", "speed", "--no-run", "--message-format=json"]
    built = subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.PIPE, text=True).stdout
    messages = (json.loads(line) for line in built.splitlines() if line.startswith("{"))
    return [m["executable"] for m in messages if m.get("executable") and m["target"]["name"] == "speed"][-1]


def ours(program, cell):
    line = subprocess.run([program, "time", cell], check=True, stdout=subprocess.PIPE, text=True).stdout
    return tuple(float(value) for value in line.strip().rsplit(",", 2)[1:])


def theirs(cell):
    family, parameter, size, regime = cell.split(";")
    arguments = float(parameter.split("=")[1]), int(size.split("=")[1]), regime
    run, runs = BASELINES[family], 0
    started, processor = time.perf_counter(), time.process_time()
    run(*arguments)
    if time.perf_counter() - started < 1.0:  # a long run counts itself, a short one is the warm-up
        started, processor = time.perf_counter(), time.process_time()
        while time.perf_counter() - started < ENOUGH:
            run(*arguments)
            runs += 1
    runs = max(runs, 1)
    return (time.perf_counter() - started) / runs, (time.process_time() - processor) / runs


def groups(cell):
    family, parameter, _, regime = cell.split(";")
    if family == "gaussian":
        d = int(parameter.split("=")[1])
        return ["gaussian, d <= 10" if d <= 10 else f"gaussian, d = {d}"]
    if regime == "subsample":
        return ["regression, subsample"]
    if regime == "fresh":
        return ["logistic, fresh inputs"]
    return [f"{family}, replace + accumulate"]


def summary(rows):
    names = dict.fromkeys(group for cell in rows for group in groups(cell))
    print("\n| cells | total, wall | worst, wall | at | total, processor | worst, processor | at |\n|---|---|---|---|---|---|---|")
    for name in names:
        cells = [cell for cell in rows if name in groups(cell)]
        line = [name]
        for k in (0, 1):
            ratio = lambda cell: rows[cell][1][k] / rows[cell][0][k]
            total = sum(rows[c][1][k] for c in cells) / sum(rows[c][0][k] for c in cells)
            worst = min(cells, key=ratio)
            line += [f"{total:,.1f}", f"{ratio(worst):,.1f}", worst.split(";", 1)[1].replace(";", ", ")]
        print("| " + " | ".join(line) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="*", default=[])
    words = parser.parse_args().only
    program, rows = executable(), {}
    cells = subprocess.run([program, "cells"], check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    print("| cell | NumPy ms | ours ms (2 threads) | ratio, wall | NumPy processor ms | ours processor ms | ratio, processor |")
    print("|---|---|---|---|---|---|---|")
    for cell in cells:
        if not all(word in cell for word in words):
            continue
        rows[cell] = ours(program, cell), theirs(cell)
        (mine, my_processor), (other, its_processor) = rows[cell]
        values = [1e3 * other, 1e3 * mine, other / mine, 1e3 * its_processor, 1e3 * my_processor, its_processor / my_processor]
        print(f"| {cell.replace(';', ', ')} | " + " | ".join(f"{value:.4g}" for value in values) + " |", flush=True)
    summary(rows)


if __name__ == "__main__":
    main()
