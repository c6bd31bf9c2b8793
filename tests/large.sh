#!/usr/bin/env bash
# Training on a file larger than memory: peak memory and speed for a generated IDX file, for one of a sixteenth of its size, and for one so
# small that it is read into memory; then for the large one again where the system allows the process (its share of the file cache
# included) no more than LIMIT megabytes.
#   tests/large.sh [GIGABYTES [SECONDS [LIMIT]]]      such as: tests/large.sh 4.4 60 256
# Needs as much room again under TMPDIR (or /tmp), Linux for the peak (VmHWM), and rights to make a cgroup for the limit; where there are
# none, it says so. Prints a Markdown table. A run is stopped by SIGTERM after SECONDS of training and is then whole and resumable.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."
gigabytes=${1:-4.4}
seconds=${2:-60}
limit=${3:-256}
work=$(mktemp -d "${TMPDIR:-/tmp}/vae-large.XXXXXX")
group=
trap 'rm -rf "$work"; [ -z "$group" ] || rmdir "$group"' EXIT

dotnet build -c Release benchmarks >"$work/build" 2>&1 || { cat "$work/build"; exit 1; }
dotnet build -c Release src/Vae.Cli >"$work/build" 2>&1 || { cat "$work/build"; exit 1; }
benchmarks=benchmarks/bin/Release/net10.0/Vae.Benchmarks.dll
vae=src/Vae.Cli/bin/Release/net10.0/vae.dll
all=$(awk "BEGIN {print int($gigabytes * 1e9 / 784)}")

# Makes a cgroup, of version 1 or 2, and sets $group; not every system lets us.
limit_memory() {
  local root file
  for root in /sys/fs/cgroup/memory /sys/fs/cgroup; do
    if mkdir "$root/vae-large-$$" 2>/dev/null; then
      group=$root/vae-large-$$
      for file in memory.limit_in_bytes memory.max; do
        [ -e "$group/$file" ] && echo "${limit}000000" >"$group/$file" 2>/dev/null && return 0
      done
      rmdir "$group"
      group=
    fi
  done
  return 1
}

# train NAME: trains on $work/NAME for some seconds and prints a row of the table.
train() {
  local name=$1 images stays run=$work/run begun ended peak=0 now state samples trained
  rm -rf "$run" "$work/log"
  images=$((($(stat -c %s "$work/$name/train-images-idx3-ubyte") - 16) / 784))
  dd if="$work/$name/train-images-idx3-ubyte" iflag=nocache count=0 2>/dev/null   # out of the file cache: every run begins alike
  begun=$(date +%s.%N)
  (
    [ -z "$group" ] || echo "$BASHPID" >"$group/cgroup.procs"
    exec dotnet "$vae" train --data "$work/$name" --hidden 400 --latent 20 --epochs 1000 --out "$run" 2>"$work/log" >&2
  ) &
  local process=$! stop=
  while now=$(awk '/^VmHWM/ {print $2}' "/proc/$process/status" 2>/dev/null) && [ -n "$now" ]; do
    peak=$now
    if [ -z "$stop" ] && grep -qs '^first layer' "$work/log"; then
      stop=$(($(date +%s) + seconds))
    elif [ -n "$stop" ] && [ "$(date +%s)" -ge "$stop" ]; then
      kill -TERM "$process" 2>/dev/null || true
      stop=9999999999                                                 # once: a second signal would end it before it has saved
    fi
    sleep 0.2
  done
  local code=0
  wait "$process" || code=$?
  if [ "$code" -ne 143 ]; then
    echo "vae train on $name ended with exit code $code:"
    cat "$work/log"
    exit 1
  fi

  ended=$(date +%s.%N)
  stays=$(grep -q 'stay on disk' "$work/log" && echo "on disk" || echo "in memory")
  state=$(head -c 20000 "$run/state.safetensors" | tr -d '\0')
  samples=$(sed -nE 's/.*"samples":"([0-9]+)".*/\1/p' <<<"$state" | head -1)
  trained=$(sed -nE 's/.*"epoch_seconds":"([0-9.]+)".*/\1/p' <<<"$state" | head -1)
  # Epochs that were completed, and the rest of the one under way.
  awk -v file="$work/$name/train-images-idx3-ubyte" -v images="$images" -v stays="$stays" -v limit="${group:+$limit MB}" -v samples="$samples" \
    -v trained="$trained" -v peak="$peak" -v wall="$(awk "BEGIN {print $ended - $begun}")" \
    '{split($0, part, "\"seconds\":"); trained += part[2]; samples += images - 5000}
     END {printf "| %.2f GB, %d images, %s | %s | %.1f | %.1f | %d | %d |\n",
          images * 784 / 1e9, images, stays, limit == "" ? "none" : limit, wall - trained, trained, samples / trained, peak / 1000}' \
    "$(test -e "$run/metrics.jsonl" && echo "$run/metrics.jsonl" || echo /dev/null)"
}

for part in 64 16 1; do
  dotnet "$benchmarks" large "$work/part-$part" $((all / part)) >/dev/null
done
sync "$work"/part-*/*                                              # what is not yet written cannot be put out of the cache
dotnet "$vae" info
echo
echo "| training images | memory limit | seconds before the first step | seconds of training | images/s | peak resident memory, MB |"
echo "|---|---|---|---|---|---|"
train part-64
train part-16
train part-1
if limit_memory; then
  train part-1
else
  echo "No memory limit could be set: this user may not make a cgroup."
fi
