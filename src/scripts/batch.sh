# The common part of compress_folder.sh and decompress_folder.sh: expects $verb and $script, and the caller's arguments.

usage() {
  sed -n '2,/^set/s/^# \{0,1\}//p' "$script" >&2
  exit 2
}

jobs=$(nproc 2>/dev/null || echo 1)
if [ "${1:-}" = -j ]; then
  [ $# -ge 2 ] || usage
  jobs=$2
  shift 2
fi
case $jobs in '' | *[!0-9]* | 0) usage ;; esac
[ $# -ge 2 ] || usage
in_dir=$1
out_dir=$2
shift 2
[ -d "$in_dir" ] || { printf '%s: %s: no such folder\n' "$(basename -- "$script")" "$in_dir" >&2; exit 3; }

# On the PATH unless told otherwise.
imgcnn=${IMGCNN:-imgcnn}

# One process a shard; each gets its share of the cores, and all end when this script is told to.
cores=$(nproc 2>/dev/null || echo 1)
threads=$((cores / jobs > 0 ? cores / jobs : 1))
pids=
stop() {
  # shellcheck disable=SC2086
  kill -TERM $pids 2>/dev/null
  wait
  exit "$1"
}
trap 'stop 130' INT
trap 'stop 143' TERM HUP

shard=1
while [ "$shard" -le "$jobs" ]; do
  "$imgcnn" "$verb" --threads "$threads" "$@" -r --shard "$shard/$jobs" --output-dir "$out_dir" -- "$in_dir" &
  pids="$pids $!"
  shard=$((shard + 1))
done
status=0
for pid in $pids; do
  wait "$pid"
  ended=$?
  [ "$ended" -le "$status" ] || status=$ended
done
exit "$status"
