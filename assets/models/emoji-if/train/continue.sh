#!/bin/sh
# Start the long training, or go on with it where it stopped: one thread, lowest priority, a checkpoint every ten minutes.
#
#   ./continue.sh                     until it is stopped (the log is RUN/log.txt)
#   ./continue.sh --finish 60000      the rate falls to nothing over so many pictures, in RUN/finish; the run itself stays
#   setsid nohup ./continue.sh &      without a terminal; kill $(cat RUN/pid) stops it and saves
#
# RUN=folder (default: out/emoji-if of the repository) and PYTHON=program (default: python) are taken from the environment.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
run=${RUN:-$here/../../../../out/emoji-if}
mkdir -p "$run/data"
exec 9>"$run/lock"
flock -w 20 9 || { echo "The long training goes already: its process is $(cat "$run/pid")." >&2; exit 1; }
echo $$ >"$run/pid"
renice -n 19 -p $$ >/dev/null
export OMP_NUM_THREADS=1 MKL_NUM_THREADS=1
if [ ! -f "$run/data/icons.json" ]; then
  [ -d "$here/node_modules" ] || npm install --prefix "$here"
  node "$here/render.mjs" --icons "$here" --out "$run/data"
fi
exec "${PYTHON:-python}" -u "$here/rounds.py" --run "$run" "$@" >>"$run/log.txt" 2>&1
