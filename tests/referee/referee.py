#!/usr/bin/env python3
"""A referee of audit.json: counts again, from the rows alone, what the report's head says.

It shares no code with the program. It takes a finished audit.json with the long tables beside it (and, with --binary, the program
itself for one small run) and exits with 1 and a list of what differs:

  * every count of the head from the claims' rows, and every standing of a definition from the simulations' profiles;
  * a summary called highly certain on thin evidence;
  * a single condition that moves the data it is not named after: size and real share of the training sets along each arm;
  * a loop without synthetic data that is not found exactly as good as its real-only twin;
  * a finding in a table that is undecided although its arm had replicates left.

    tests/referee/referee.py report/audit.json [--binary target/release/collapse-audit] [--open needs=97]

`--open KIND=N` is a ratchet for faults that are known and not mended yet: so many of a kind are told and do not fail; one more does, and
one fewer asks for a smaller number.
"""

import argparse
import csv
import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from collections import defaultdict

AS_PUBLISHED = "as-published"
NEAR = ("exact", "scaled")
RISKS = ("catastrophic-risk", "any-risk-increase", "diverging-risk")
FIRST_LOOK = 256


class Report:
    """What differs, told once per kind with a count."""

    def __init__(self):
        self.wrong = defaultdict(list)
        self.checked = defaultdict(int)

    def same(self, kind, place, said, counted):
        self.checked[kind] += 1
        if said != counted:
            self.wrong[kind].append(f"{place}: the audit says {said}, the rows say {counted}")

    def holds(self, kind, place, holds, why):
        self.checked[kind] += 1
        if not holds:
            self.wrong[kind].append(f"{place}: {why}")

    def close(self, known):
        for kind, count in sorted(self.checked.items()):
            print(f"{kind}: {count} checked, {len(self.wrong[kind])} wrong")
        for kind, lines in sorted(self.wrong.items()):
            for line in lines[:20]:
                print(f"  {kind}: {line}")
            if len(lines) > 20:
                print(f"  {kind}: … and {len(lines) - 20} more")
        differs = {kind for kind in {*self.wrong, *known} if len(self.wrong[kind]) != known.get(kind, 0)}
        for kind in sorted(differs):
            print(f"{kind}: {len(self.wrong[kind])} wrong, {known.get(kind, 0)} known")
        return 1 if differs else 0


def places(audit):
    """The simulation as published, and every world of the audit."""
    return [AS_PUBLISHED, *(world["id"] for world in audit["worlds"])]


def known_fault(text):
    kind, _, count = text.rpartition("=")
    return kind, int(count)


def is_counted(claim):
    return claim["by"] == "study" and claim["known"] == "read"


def outcome(world):
    """The outcome of a claim's world where it is decided."""
    return world["outcome"] if world and world["outcome"] in ("occurs", "absent") else None


def in_worlds(claims, worlds):
    """What becomes in the worlds of claims that are decided as published."""
    published = [c for c in claims if outcome(c["published"])]
    there = lambda world: [c for c in published if outcome(c["worlds"][world])]
    moved = lambda world: [c for c in there(world) if outcome(c["worlds"][world]) != outcome(c["published"])]
    flips = defaultdict(int)
    for claim in claims:
        if claim["flips_under"] and claim["flips_under"]["kind"] == "single":
            for condition in claim["flips_under"]["conditions"]:
                flips[condition] += 1
    return {
        "decided_as_published": len(published),
        "worlds": {world: {"decided": len(there(world)), "changed": len(moved(world))} for world in worlds},
        "flips": dict(flips),
    }


def compares_setups(claim):
    """An order whose sides are setups: not the comparison but the definition was asked of it."""
    is_order = claim["asserts"] != "conditional" and " is below that " in (claim["test"] or "")
    return is_order and not (claim["published"] and claim["published"].get("comparison"))


def head(audit, report):
    claims = audit["claims"]
    counted = [c for c in claims if is_counted(c)]
    of = lambda verdict: [c for c in counted if c["verdict"] == verdict]
    reproduced = of("reproduced")
    worlds = places(audit)[1:]
    compares = lambda claim: bool(claim["published"] and claim["published"].get("comparison"))
    of_definitions = in_worlds([c for c in counted if not compares(c)], worlds)
    of_comparisons = in_worlds([c for c in counted if compares(c)], worlds)
    controls = [c for c in counted if c["control"]]
    expected = {
        "studies": len(audit["studies"]),
        "claims": len(claims),
        "tested": sum(c["verdict"] != "untested" for c in claims),
        "counted": len(counted),
        "reproduced": len(reproduced),
        "reproduced_exact": sum(c["fidelity"] == "exact" for c in reproduced),
        "reproduced_scaled": sum(c["fidelity"] == "scaled" for c in reproduced),
        "reproduced_analogue": sum(c["fidelity"] == "analogue" for c in reproduced),
        "reproduced_definition_differs": sum(c["definition_agrees"] is False for c in reproduced),
        "fragile": sum(c["fragile"] is True for c in counted),
        "contradicted": len(of("contradicted")),
        "undecided": len(of("undecided")),
        "untested": len(of("untested")),
        "added": sum(c["by"] == "registry" for c in claims),
        "recalled": sum(c["by"] == "study" and c["known"] != "read" for c in claims),
        "controls": len(controls),
        "controls_as_they_must": sum(control_does(c["control"]) for c in controls),
        **of_definitions,
        "comparisons": {**of_comparisons, "of_setups": sum(compares_setups(c) and outcome(c["published"]) is not None for c in counted)},
    }
    if "reproduced_own" in audit["head"]:
        expected["reproduced_own"] = sum(c["fidelity"] == "exact" and c["size"] == "own" for c in reproduced)
        expected["reproduced_within"] = sum(c["fidelity"] == "exact" and c["size"] == "within the statement" for c in reproduced)
    for key, value in expected.items():
        report.same("counts of the head", key, audit["head"][key], value)
    for claim in claims:
        report.same("worlds", claim["id"], sorted(claim["worlds"]), sorted(worlds))
    for claim in counted:
        if claim["verdict"] in ("reproduced", "contradicted") and claim["control"]:
            positive = claim["control"].get("kind") == "positive"
            wanted = claim["verdict"] == "contradicted" if "kind" in claim["control"] else positive
            report.holds("controls", claim["id"], positive == wanted or claim["asserts"] == "conditional", "the wrong kind of control decided it")


def control_does(control):
    """Whether a control came out as it must: a negative one fails, a positive one holds."""
    return control["holds"] if control.get("kind") == "positive" else control["fails"]


def headline(profile, definition, against):
    """The finding that speaks for a definition in a profile: of a risk the mean, or the typical run where the mean is too heavy or the replicates too few."""
    if profile is None:
        return None
    reading = "" if against in (None, "real-only") else f":{against}"
    if definition not in RISKS:
        return profile.get(definition)
    mean, typical = profile.get(f"{definition}:mean{reading}"), profile.get(f"{definition}:typical{reading}")
    if mean is None:
        return None
    return typical if mean.get("reason") in ("heavy-tail", "too-few-replicates") else mean


def together(outcomes):
    """What a study's main simulations say together."""
    has = set(outcomes)
    if {"occurs", "absent"} <= has:
        return "both"
    if "occurs" in has:
        return "occurs"
    if "undecided" in has:
        return "undecided"
    return "absent" if "absent" in has else "not_applicable"


def rows(audit, definition, against, world):
    """One row per main simulation: study, work, fidelity, mechanism, setup, whether counted apart, outcome."""
    for study in audit["studies"]:
        for name, simulation in study["simulations"].items():
            if simulation["voice"] != "main":
                continue
            profile = study["profiles"][name].get(world)
            finding = headline(profile, definition, against)
            yield {
                "study": study["id"],
                "work": study["work"],
                "fidelity": study["fidelity"][name],
                "mechanism": simulation["mechanism"],
                "setup": simulation["setups"][world],
                "well_specified": simulation.get("well_specified", False),
                "run": profile is not None,
                "apart": world != AS_PUBLISHED and simulation.get("foreign", False),
                "outcome": finding["outcome"] if finding else "undecided",
            }


def words(chosen):
    by_study = defaultdict(list)
    for row in chosen:
        by_study[(row["study"], row["work"])].append(row["outcome"])
    return {key: together(outcomes) for key, outcomes in by_study.items()}


def distinct(chosen, key, outcomes):
    return len({row[key] for row in chosen if row["outcome"] in outcomes})


def standings(audit, report):
    both = ("occurs", "absent")
    for definition in audit["definitions"]:
        for world in places(audit):
            all_rows = list(rows(audit, definition["id"], definition.get("against"), world))
            place = f"{definition['id']} {definition.get('against') or ''} {world}"
            not_run = sum(not row["run"] and row["fidelity"] in NEAR for row in all_rows)
            all_rows = [row for row in all_rows if row["run"]]
            near = [row for row in all_rows if row["fidelity"] in NEAR and not row["apart"]]
            apart = [row for row in all_rows if row["fidelity"] in NEAR and row["apart"]]
            said = definition["standing"][world]
            told = words(near)
            for word in ("occurs", "both", "absent", "undecided", "not_applicable"):
                report.same("standings", f"{place}, {word}", said[word], sum(w == word for w in told.values()))
            decided = {key: word for key, word in told.items() if word in ("occurs", "both", "absent")}
            expected = {
                "simulations_not_run": not_run,
                "works": len({work for _, work in decided}),
                "foreign": len({row["study"] for row in apart}),
                "mechanisms": distinct(near, "mechanism", both),
                "mechanisms_occurs": distinct(near, "mechanism", both[:1]),
                "mechanisms_absent": distinct(near, "mechanism", both[1:]),
                "setups": distinct(near, "setup", both),
                "setups_occurs": distinct(near, "setup", both[:1]),
                "setups_absent": distinct(near, "setup", both[1:]),
                "simulations": simulations(near),
                "simulations_well_specified": sum(row["outcome"] in both and row["well_specified"] for row in near),
                "simulations_foreign": simulations(apart),
            }
            for key, value in expected.items():
                report.same("standings", f"{place}, {key}", said[key], value)
            shares(definition, world, decided, report, place)
            fidelities(definition, world, all_rows, report, place)
            thin(said, report, place)


def simulations(chosen):
    names = (("occurs", "occurs"), ("absent", "absent"), ("undecided", "undecided"), ("not_applicable", "not-applicable"))
    return {key: sum(row["outcome"] == name for row in chosen) for key, name in names}


def shares(definition, world, decided, report, place):
    for key, word in (("share", "occurs"), ("share_both", "both")):
        said = definition[key][world]
        counted = sum(w == word for w in decided.values()) / len(decided) if decided else None
        same = said == counted or (said is not None and counted is not None and abs(said - counted) < 1e-12)
        report.holds("shares", f"{place}, {key}", same, f"the audit says {said}, the rows say {counted}")


def fidelities(definition, world, all_rows, report, place):
    for fidelity, said in definition["worlds"][world].items():
        told = words([row for row in all_rows if row["fidelity"] == fidelity and not row["apart"]])
        for word in ("occurs", "both", "absent", "undecided", "not_applicable"):
            report.same("counts by fidelity", f"{place}, {fidelity}, {word}", said[word], sum(w == word for w in told.values()))


def thin(said, report, place):
    telling = said["mechanisms_occurs"] if said["occurs"] >= said["absent"] else said["mechanisms_absent"]
    is_thin = said["works"] < 4 or telling < 3
    report.holds("certainty", place, not (said["certainty"] == "high" and is_thin), "highly certain on thin evidence")


def spent(audit, report):
    """Undecided means that the budget was spent: the next look would have exceeded it. A quick run stops before by design.

    An arm's budget is that of the claims that read it; what is asked of a profile ends at that of a world."""
    if "quick" in audit["provenance"]["scope"]:
        return
    most = next(row["value"] for row in audit["criteria"] if row["key"] == "budget_world")
    for study in audit["studies"]:
        for name, arms in study["profiles"].items():
            for world in places(audit):
                arm = study["simulations"].get(name, {}).get("arms", {}).get(world)
                for key, finding in arms.get(world, {}).items():
                    if finding["outcome"] != "undecided" or finding.get("settled", True):
                        continue
                    place = f"{study['id']}/{name}, {world}, {key} ({finding.get('reason')})"
                    report.holds("budgets", place, 2 * arm["replicates"] > min(arm["budget"], most), f"{arm['replicates']} of {arm['budget']} replicates")
                    said = "needs" in finding or finding.get("unreachable", False)
                    report.holds("needs", place, said, "nothing says how many replicates it needs, or that no number would do")


def table(folder, name):
    """The rows of a long table of the report."""
    with gzip.open(folder / "tables" / f"{name}.csv.gz", "rt", newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def against_first(profile):
    """A finding against the first model that is not told is the one against real data alone."""
    for key in [key for key in profile if key.startswith("any-risk-increase:") and not key.endswith(":first")]:
        profile.setdefault(f"{key}:first", profile[key])


def read(path):
    """An audit with what its long tables hold of every arm: outcomes and the composition of the training sets."""
    audit = json.loads(path.read_text())
    studies = {study["id"]: study for study in audit["studies"]}
    for row in table(path.parent, "arms"):
        arms = studies[row["study"]]["simulations"][row["simulation"]]["arms"]
        drawn = {"replicates": int(row["replicates"]), "budget": int(row["budget"]), "horizon": int(row["generations"])}
        told = arms.setdefault(row["arm"], drawn)
        assert {key: told[key] for key in drawn} == drawn, f"tables/arms.csv.gz and audit.json differ: {row}"
        told["composition"] = []
    for arms in (arms for study in studies.values() for arms in study["profiles"].values()):
        against_first(arms.get(AS_PUBLISHED, {}))
        # What applies neither in a world nor as published stands as published alone.
        idle = {key: finding for key, finding in arms.get(AS_PUBLISHED, {}).items() if finding["outcome"] == "not-applicable"}
        for profile in arms.values():
            for key, finding in idle.items():
                profile.setdefault(key, finding)
            against_first(profile)
    for row in table(path.parent, "compositions"):
        point = {"generation": int(row["generation"]), "size": float(row["size"]), "real_share": float(row["real_share"])}
        studies[row["study"]]["simulations"][row["simulation"]]["arms"][row["arm"]]["composition"].append(point)
    counted = set(places(audit))
    for row in table(path.parent, "profiles"):
        reading = row["against"] if row["against"] != "real-only" else ""
        key = ":".join(part for part in (row["definition"], row["functional"], reading) if part)
        arm = studies[row["study"]]["profiles"][row["simulation"]].setdefault(row["arm"], {})
        if row["arm"] in counted:
            assert arm[key]["outcome"] == row["outcome"], f"tables/profiles.csv.gz and audit.json differ: {row}"
        else:
            arm[key] = {"outcome": row["outcome"]}
    return audit


def by_generation(arm):
    return {point["generation"]: point for point in arm["composition"]}


# What is taken for rounding: compositions are written to nine digits, of recorded runs to seven.
ROUNDING = 1e-6


def near(a, b, slack=ROUNDING):
    return abs(a - b) <= slack * max(1.0, abs(a), abs(b))


def single_arms(audit, report):
    """A single condition moves what it is named after and nothing else of the data."""
    for study in audit["studies"]:
        for name, simulation in study["simulations"].items():
            arms = simulation["arms"]
            published = by_generation(arms[AS_PUBLISHED]) if AS_PUBLISHED in arms else {}
            for condition, arm in arms.items():
                series = by_generation(arm)
                common = sorted(set(series) & set(published))
                place = f"{study['id']}/{name}, {condition}"
                if not common or condition in places(audit):
                    continue
                sizes = [(series[t]["size"], published[t]["size"]) for t in common]
                shares = [(series[t]["real_share"], published[t]["real_share"]) for t in common]
                if condition == "horizon":
                    wrong = [t for t in common if not longer((series, arm), (published, arms["as-published"]), t)]
                    report.holds("single arms", place, not wrong, f"it moves the data of generations {wrong}")
                elif condition in ("quality", "compute", "sampling"):
                    report.holds("single arms", place, all(near(*pair) for pair in sizes + shares), f"it moves the data: sizes {sizes}, shares {shares}")
                elif condition == "real-share":
                    report.holds("single arms", place, all(near(*pair) for pair in sizes), f"it moves the sizes: {sizes}")
                    own = [series[t]["real_share"] for t in sorted(series)]
                    # n_t / t is rounded up, so a share may rise by one example.
                    step = 1.0 / min(series[t]["size"] for t in series)
                    falls = all(later <= earlier + step for earlier, later in zip(own, own[1:]))
                    report.holds("single arms", place, falls and min(own) > 0, f"its real share does not fall gradually: {own}")
                elif condition == "growth":
                    own = [series[t]["size"] for t in sorted(series)]
                    report.holds("single arms", place, own == sorted(own), f"its sets shrink from one generation to the next: {own}")
                elif condition == "accumulate":
                    report.holds("single arms", place, all(keeps_real(series, t) for t in common), "it loses real data")


def keeps_real(series, t):
    """The first real data are there; or the set is a draw of one size from all data, of which they are one part in t where every batch
    has that size."""
    first, here = series[min(series)], series[t]
    kept = here["size"] * here["real_share"] >= first["size"] * first["real_share"] * (1 - ROUNDING)
    return kept or (near(here["size"], first["size"]) and here["real_share"] >= (1 - ROUNDING) / t)


def longer(here, there, t):
    """Generation t holds what it did; or it is the last of one of the two arms, whose last set has a size of its own wherever it falls."""
    same = lambda a, b: near(a["size"], b["size"]) and near(a["real_share"], b["real_share"])
    (series, arm), (published, before) = here, there
    if same(series[t], published[t]):
        return True
    last, first = series.get(arm["horizon"]), published.get(before["horizon"])
    return t in (arm["horizon"], before["horizon"]) and (last is None or first is None or same(last, first))


def twins(audit, report):
    """Without synthetic data a loop is its own twin."""
    for study in audit["studies"]:
        for name, simulation in study["simulations"].items():
            for condition, arm in simulation["arms"].items():
                series = arm["composition"]
                if len(series) < 2 or any(point["real_share"] < 1 for point in series) or arm["horizon"] > len(series):
                    continue
                for key, finding in study["profiles"][name].get(condition, {}).items():
                    if key.startswith("any-risk-increase") and "first" not in key:
                        told = finding["outcome"] in ("absent", "not-applicable")
                        report.holds("twins", f"{study['id']}/{name}, {condition}", told, f"only real data, and yet {finding['outcome']}")


# The one regime of the format that can be without synthetic data.
REGIMES = ('{ kind = "fixed-real-fraction", share = 1.0 }',)


def probe(binary, report):
    """Runs the small registry of the tests with a share of real data of one."""
    source = pathlib.Path(__file__).resolve().parent.parent / "registry" / "tiny"
    for regime in REGIMES:
        with tempfile.TemporaryDirectory() as folder:
            registry = pathlib.Path(folder) / "registry"
            for path in source.rglob("*.toml"):
                text = path.read_text()
                if path.parent.name == "studies":
                    text = re.sub(r'^regime = "replace"$', f"regime = {regime}", text, flags=re.M)
                    text = re.sub(r"^grid = .*$", "", text, flags=re.M)
                target = registry / path.relative_to(source)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text)
            out = pathlib.Path(folder) / "out"
            command = [binary, "run", "--no-cache", "--registry", str(registry), "--out", str(out)]
            run = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ))
            if run.returncode != 0:
                report.holds("twins at share 1.0", regime, False, f"the run failed: {run.stderr.strip()[-400:]}")
                continue
            audit = json.loads((out / "audit.json").read_text())
            found = 0
            for study in audit["studies"]:
                for name, arms in study["profiles"].items():
                    if "gaussian" not in study["id"]:
                        continue
                    for key, finding in arms[AS_PUBLISHED].items():
                        if key.startswith("any-risk-increase") and "first" not in key:
                            found += 1
                            place = f"{regime}, {study['id']}/{name}, {key}"
                            report.same("twins at share 1.0", place, finding["outcome"], "absent")
            report.holds("twins at share 1.0", regime, found > 0, "nothing was asked")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("audit", type=pathlib.Path)
    parser.add_argument("--binary", help="the program, for a run without synthetic data")
    parser.add_argument("--open", action="append", default=[], type=known_fault, help="KIND=N: so many faults of a kind are known")
    chosen = parser.parse_args()
    audit = read(chosen.audit)
    report = Report()
    head(audit, report)
    standings(audit, report)
    spent(audit, report)
    single_arms(audit, report)
    twins(audit, report)
    if chosen.binary:
        probe(chosen.binary, report)
    return report.close(dict(chosen.open))


if __name__ == "__main__":
    sys.exit(main())
