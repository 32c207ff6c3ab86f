# shellcheck shell=bash
# What both engines are tested with; sourced. Takes the binary and gives a folder with a registry, a report to compare with and a program that
# is killed once.
set -euo pipefail

binary="$(realpath "$1")"
root="$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")"
place="$(mktemp -d)"
mkdir "$place/bin" "$place/home"
cp -r "$root/tests/registry/tiny" "$place/audit"
cd "$place"
export XDG_CACHE_HOME="$place/home" PATH="$place/bin:$PATH"
# The filter and the weights must survive the engine's quoting.
asked=(--registry audit --only "not (study:tiny-2024-gaussian and verdict:untested)" --seed 7)

# The first worker that finds the mark takes it away, starts, and is killed before it has written anything; one that was faster hands the mark on.
cat > bin/collapse-audit <<WORKER
#!/bin/bash
if [[ "\$1" == run ]] && mv "$place/kill-one" "$place/killed" 2> /dev/null; then
    "$binary" "\$@" --no-cache &
    sleep 0.02
    kill -KILL \$!
    wait \$!
    ended=\$?
    [[ \$ended == 137 ]] || mv "$place/killed" "$place/kill-one"
    exit \$ended
fi
echo "\$*" >> "$place/started"
exec "$binary" "\$@"
WORKER
chmod +x bin/collapse-audit

# The same run on one machine.
"$binary" run "${asked[@]}" --preset sceptic --no-cache --out whole > /dev/null 2>&1
touch kill-one

same_bytes() {
    diff -r whole report || { echo "$1: the report is not the one of one machine"; exit 1; }
    [[ -f killed ]] || { echo "$1: no worker was killed, so nothing was tested"; exit 1; }
}
