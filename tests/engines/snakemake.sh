#!/usr/bin/env bash
# The emitted Snakefile, linted and run; see README.md. Takes the built binary.
set -euo pipefail
command -v snakemake > /dev/null || { echo "no snakemake here (pip install snakemake): skipped"; exit 0; }
# shellcheck source=tests/engines/common.sh
source "$(dirname "$0")/common.sh" "$1"
trap 'rm -rf "$place"' EXIT

collapse-audit plan "${asked[@]}" --preset sceptic --emit snakemake > Snakefile 2> /dev/null
snakemake --lint > lint 2>&1 || { cat lint; echo "the Snakefile does not pass its linter"; exit 1; }
engine() { snakemake --cores 2 --quiet all > "$1.log" 2>&1 || { tail -n 40 "$1.log" logs/*.log; exit 1; }; }

engine first
same_bytes snakemake

# An edit of one study touches that study and the merge.
: > started
echo "# edited" >> audit/claims/tiny-2025-regression.toml
engine second
reruns="$(sed -n 's/.*--shard \([^ ]*\).*/\1/p; s/^\(merge\).*/\1/p' started | sort | tr '\n' ' ')"
[[ "$reruns" == "merge tiny-2025-regression " ]] || { echo "an edit of tiny-2025-regression reran: $reruns"; exit 1; }
same_bytes "snakemake after an edit"
echo "snakemake: lint is silent, a killed worker's shard ran again, an edit reran its own study, the bytes are those of one machine"
