#!/bin/sh
# Start or resume the long training: one thread (or --threads 2), lowest priority, a checkpoint every ten minutes.
#
#   ./continue.sh                     runs until it is stopped (the log is RUN/log.txt)
#   ./continue.sh --finish 60000      lets the rate fall to zero over this many pictures, in RUN/finish; RUN itself stays
#   setsid nohup ./continue.sh &      runs without a terminal; kill $(cat RUN/pid) saves and stops it
#
# RUN=folder (default: the repository's out/emoji-if) and PYTHON=program (default: python) come from the environment.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
run=${RUN:-$here/../../../../out/emoji-if}
mkdir -p "$run/data"
exec 9>"$run/lock"
flock -w 20 9 || { echo "The long training is already running, as process $(cat "$run/pid")." >&2; exit 1; }
echo $$ >"$run/pid"
renice -n 19 -p $$ >/dev/null
if [ ! -f "$run/data/icons.json" ]; then
  [ -d "$here/node_modules" ] || npm install --prefix "$here"
  node "$here/render.mjs" --icons "$here" --out "$run/data"
fi
exec "${PYTHON:-python}" -u "$here/rounds.py" --run "$run" "$@" >>"$run/log.txt" 2>&1
