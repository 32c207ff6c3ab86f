#!/usr/bin/env bash
# The emitted Slurm script, linted and run on a cluster of one node; see README.md. Takes the built binary.
set -euo pipefail
for program in slurmctld slurmd munged sbatch; do
    PATH="$PATH:/usr/sbin" command -v "$program" > /dev/null || { echo "no $program here (apt-get install slurm-wlm munge): skipped"; exit 0; }
done
[[ "$(id -u)" == 0 ]] || { echo "a node of Slurm starts as root only: skipped"; exit 0; }
# shellcheck source=tests/engines/common.sh
source "$(dirname "$0")/common.sh" "$1"
export PATH="$PATH:/usr/sbin" SLURM_CONF="$place/slurm/slurm.conf"
daemons=()
trap 'kill "${daemons[@]}" 2> /dev/null || true; sleep 0.5; rm -rf "$place"' EXIT

collapse-audit plan "${asked[@]}" --preset sceptic --emit slurm --shards 3 --threads 1 > audit.sh 2> /dev/null
if command -v shellcheck > /dev/null; then
    shellcheck audit.sh || { echo "the script does not pass shellcheck"; exit 1; }
else
    echo "no shellcheck here: the script was not linted"
fi

# A cluster of this machine, with ports and files of its own.
node="$(hostname -s)"
mkdir -p slurm/state slurm/spool
dd if=/dev/urandom of=slurm/munge.key bs=64 count=1 2> /dev/null
chmod 400 slurm/munge.key
chmod 755 "$place" slurm
cat > slurm/slurm.conf <<CONFIG
ClusterName=test
SlurmctldHost=$node(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
AuthType=auth/munge
AuthInfo=socket=$place/slurm/munge.socket
CredType=cred/munge
SlurmUser=root
StateSaveLocation=$place/slurm/state
SlurmdSpoolDir=$place/slurm/spool
SlurmctldPidFile=$place/slurm/slurmctld.pid
SlurmdPidFile=$place/slurm/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SwitchType=switch/none
MailProg=/bin/true
ReturnToService=2
SchedulerParameters=sched_interval=2,batch_sched_delay=0
NodeName=$node NodeAddr=127.0.0.1 CPUs=2 RealMemory=1024 State=UNKNOWN
PartitionName=test Nodes=ALL Default=YES State=UP
CONFIG
# Before 23.11 there is no node without control groups; none is asked to do anything here.
version="$(slurmd -V | grep -o '[0-9][0-9.]*')"
if [[ "$(printf '%s\n' 23.11 "$version" | sort -V | head -n 1)" == 23.11 ]]; then
    echo "CgroupPlugin=disabled" > slurm/cgroup.conf
elif [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then
    printf 'CgroupPlugin=cgroup/v2\nIgnoreSystemd=yes\n' > slurm/cgroup.conf
else
    echo "CgroupPlugin=cgroup/v1" > slurm/cgroup.conf
fi
munged --foreground --force --key-file="$place/slurm/munge.key" --socket="$place/slurm/munge.socket" --pid-file="$place/slurm/munge.pid" \
    --seed-file="$place/slurm/munge.seed" --log-file="$place/slurm/munge.log" > slurm/munged.out 2>&1 &
daemons+=($!)
# What a container forbids is no fault of the script.
until_true() {
    for _ in $(seq 100); do "$@" > /dev/null 2>&1 && return; sleep 0.1; done
    tail -n 5 slurm/*.out
    echo "Slurm does not start here ($*): skipped"
    exit 0
}
until_true test -S slurm/munge.socket
slurmctld -D > slurm/slurmctld.out 2>&1 &
daemons+=($!)
until_true scontrol ping
slurmd -D -N "$node" > slurm/slurmd.out 2>&1 &
daemons+=($!)
is_up() { sinfo --noheader --format=%T | grep -q '^\(idle\|mixed\)'; }
until_true is_up

is_done() { [[ -z "$(squeue --noheader)" ]]; }
finished() { for _ in $(seq 300); do is_done && return; sleep 0.2; done; squeue; echo "the cluster does not come to an end"; exit 1; }
bash audit.sh > submitted
finished
[[ ! -e report ]] || { echo "a shard was killed, and was merged all the same"; exit 1; }
: > started
bash audit.sh >> submitted
finished
same_bytes slurm || { cat slurm-*.out; exit 1; }
done_before="$(cat slurm-*.out | grep -c 'already holds it')"
[[ "$done_before" == 2 ]] || { cat slurm-*.out; echo "2 of 3 shards were done, and $done_before were not run again"; exit 1; }
echo "slurm: shellcheck is silent, a killed worker's shard ran again and no other, the bytes are those of one machine"
