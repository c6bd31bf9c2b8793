#!/usr/bin/env bash
# Training on a table larger than memory that can be read once: rows are generated into a pipe, read by `vae train --data -`, coded into the
# run's folder, trained on in random order, stopped and resumed. Prints peak memory (VmHWM), rows and seconds of each part.
#   tests/large-table.sh [GIGABYTES [SECONDS]]      such as: tests/large-table.sh 4 60
# Needs as much room again under TMPDIR (or /tmp), and Linux for the peak. Training stops by SIGTERM after SECONDS.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."
gigabytes=${1:-4}
seconds=${2:-60}
work=$(mktemp -d "${TMPDIR:-/tmp}/vae-large.XXXXXX")
trap 'rm -rf "$work"' EXIT

dotnet build -c Release benchmarks >"$work/build" 2>&1 || { cat "$work/build"; exit 1; }
dotnet build -c Release src/Vae.Cli >"$work/build" 2>&1 || { cat "$work/build"; exit 1; }
benchmarks=benchmarks/bin/Release/net10.0/Vae.Benchmarks.dll
vae=src/Vae.Cli/bin/Release/net10.0/vae.dll
run=$work/run

# watch NAME PROCESS: waits for the process, ends it SECONDS after its training began, and prints a row of the table.
watch() {
  local name=$1 process=$2 peak=0 now stop= begun trained
  begun=$(date +%s)
  trained=$begun
  while now=$(awk '/^VmHWM/ {print $2}' "/proc/$process/status" 2>/dev/null) && [ -n "$now" ]; do
    peak=$now
    if [ -z "$stop" ] && grep -qs '^first layer' "$work/log"; then
      trained=$(date +%s)
      stop=$((trained + seconds))
    elif [ -n "$stop" ] && [ "$(date +%s)" -ge "$stop" ]; then
      kill -TERM "$process" 2>/dev/null || true
      stop=9999999999
    fi
    sleep 0.2
  done
  wait "$process" || true
  echo "| $name | $((peak / 1024)) MB | $((trained - begun)) s | $(stat -c %s "$run/table.safetensors" 2>/dev/null || echo 0) |" \
    "$(tail -n 1 "$work/log")"
}

echo "| part | peak memory | until training begins | bytes of the coded table |"
echo "|---|---|---|---|"
mkfifo "$work/rows"
dotnet "$benchmarks" rows "$gigabytes" >"$work/rows" &
dotnet "$vae" train --data - --id id --epochs 1000 --batch-size 256 --out "$run" <"$work/rows" >"$work/log" 2>&1 &
watch "read $gigabytes GB once, code, train" $!
dotnet "$vae" train --resume "$run" >"$work/log" 2>&1 &
watch "resume, train" $!
