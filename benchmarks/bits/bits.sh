#!/usr/bin/env bash
# Trains small models of every kind with a given vae command and prints what came out, to the last bit: a line each with the checksum of the
# weights and moments, the metrics, and the numbers of evaluate, score, encode and reconstruct. Two builds are equal where the texts are.
#   bits.sh VAE [BENCHMARKS] >FILE                     such as: bits.sh src/Vae.Cli/bin/Release/net10.0/vae >after.txt; diff before.txt after.txt
# VAE is a command and may have words, such as "dotnet vae.dll". BENCHMARKS, where given, is the command of benchmarks/ of the same build: its verb
# 'bits' adds trainings in double. BITS_ONLY=PATTERN in the environment takes the trainings whose names match. Narrower vectors are the
# runtime's to set: DOTNET_EnableAVX512=0 for 256 bits, DOTNET_EnableAVX2=0 for 128; the first line says which are in force. Texts of different
# widths differ, for sums are split over the lanes. Real images where VAE_MNIST_DIR is set. Needs python3; takes about three minutes.
set -eu
[ $# -ge 1 ] || { sed -n 2,8p "$0"; exit 2; }

# absolute COMMAND: the same command with full paths, for it is run in another folder.
absolute() { local word; for word in $1; do [ ! -f "$word" ] || word=$(realpath "$word"); printf '%s ' "$word"; done; }
vae=$(absolute "$1")
benchmarks=$(absolute "${2:-}")
tools="python3 $(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/tools.py"
work=$(mktemp -d "${TMPDIR:-/tmp}/vae-bits.XXXXXX")
trap 'rm -rf "$work"' EXIT
$tools data "$work"
cd "$work"

# quietly COMMAND...: runs a command, its results to $work/out, and shows what it printed only where it fails.
quietly() { "$@" >"$work/out" 2>"$work/log" || { cat "$work/out" "$work/log" >&2; echo "failed: $*" >&2; exit 1; }; }

# kind NAME DATA OPTIONS...: one training with 2 threads, all that is done with its run, and the same training with 1 thread.
kind() {
  local name=$1 data=$2
  shift 2
  [[ $name == ${BITS_ONLY:-*} ]] || return 0
  quietly $vae train --data "$data" "$@" --threads 2 --quiet --out "$name"
  $tools run "$name" "$name"
  for threads in 1 2; do
    quietly $vae evaluate "$name" --samples 7 --threads $threads --quiet --json
    $tools json "$name evaluate-$threads" <"$work/out"
  done
  quietly $vae score "$name" --draws 3 --quiet --out scores.csv
  quietly $vae encode "$name" --quiet --out codes.csv
  quietly $vae reconstruct "$name" --count 40 --quiet --out rows.csv
  for file in scores codes rows; do
    $tools rows "$name $file" $file.csv
  done
  quietly $vae train --data "$data" "$@" --threads 1 --quiet --out "$name-1"
  $tools run "$name-1" "$name-1"
  rm -rf "$name" "$name-1"
}

quietly $vae info
awk '/^vectors/ {print "vectors", $2}' "$work/out"

small="--epochs 2 --batch-size 50 --validation-images 100"
kind reference pictures $small --hidden 400 --latent 20
kind report pictures $small --hidden 400,400 --latent 2
[ ! -d digits ] || kind mnist-reference digits --epochs 2 --validation-images 200 --hidden 400 --latent 20
[ ! -d digits ] || kind mnist-report digits --epochs 2 --validation-images 200 --hidden 400,400 --latent 2 --keep-by reconstruction
kind dreg pictures $small --hidden 70,50 --latent 11 --bound dreg --draws 5 --activation tanh --pixels dynamic \
  --schedule cosine --clip-norm 5 --weight-decay 0.01
kind dreg-grey patches $small --hidden 33,17 --latent 3 --bound dreg --draws 3 --schedule step --step-epochs 1 --step-factor 0.3
kind importance pictures $small --hidden 65 --latent 6 --bound iwae --draws 4 --kl-weight 0.7 --pixels threshold \
  --activation softplus --decoder-activation relu
kind importance-labels patches $small --hidden 33 --latent 5 --bound iwae --draws 2 --labels --likelihood gaussian --initialisation he
kind pixel-variance patches --epochs 3 --batch-size 50 --validation-images 100 --hidden 50,30 --latent 4 \
  --likelihood gaussian-pixel-variance --labels --free-bits 0.3 --kl-warmup-epochs 2 --activation leaky-relu
kind elbo-draws pictures $small --hidden 40 --latent 3 --draws 3 --kl-weight 2 --labels --pixels dynamic --initialisation glorot --adam-epsilon 1e-4
kind gaussian patches $small --hidden 40 --latent 3 --likelihood gaussian --kl-weight 0.5
kind no-kl patches $small --hidden 40 --latent 3 --kl-weight 0 --activation tanh --decoder-activation leaky-relu
kind gaussian-variance pictures $small --hidden 40 --latent 3 --likelihood gaussian-variance --free-bits 0.1 --schedule burda
kind continuous patches $small --hidden 40 --latent 3 --likelihood continuous-bernoulli
kind table table.csv --epochs 3
kind table-standard table.csv --epochs 3 --hidden 24,12 --latent 2 --likelihood gaussian-pixel-variance --scale standard
kind table-min-max table.csv --epochs 3 --hidden 24 --latent 2 --likelihood bernoulli --scale min-max
kind table-dreg table.csv --epochs 3 --hidden 24 --latent 2 --bound dreg --draws 4 --clip-norm 1 --patience 2
kind table-columns table.csv --epochs 3 --hidden 9 --latent 1 --scale none --columns flag,share --likelihood continuous-bernoulli --validation-images 0
kind plain-products patches $small --hidden 20,10 --latent 3 --product reference
kind mathnet-products patches $small --hidden 20,10 --latent 3 --product mathnet --bound dreg --draws 2 --activation tanh
kind drawn drawn --epochs 1 --hidden 30 --latent 4 --validation-images 58500

# A training that is gone on with is the one that was never stopped.
if [[ resumed == ${BITS_ONLY:-*} ]]; then
  quietly $vae train --data pictures $small --hidden 30 --latent 4 --quiet --out resumed
  quietly $vae train --resume resumed --epochs 3 --accept-changes --quiet
  $tools run resumed resumed
fi

[ -z "$benchmarks" ] || $benchmarks bits
