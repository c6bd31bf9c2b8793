#!/usr/bin/env bash
# Runs the samples and checks what they print: run-all.sh [--no-build] [NAME...], such as 01-first-vae; all of them without a name.
# Files that they write go to a temporary folder. The exit code is the number of samples that failed.
set -u
samples=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

problems=0
problem() {
  echo "    $1"
  problems=$((problems + 1))
}

# run NAME ARGUMENT...: runs the sample in the work folder; its output is in $output.
run() {
  local name=$1 program
  shift
  program=$(basename "$samples/$name"/*.csproj .csproj)
  output=$(cd "$work" && dotnet "$samples/$name/bin/Release/net10.0/$program.dll" "$@" 2>&1) || problem "exit code $?"
  sed 's/^/  /' <<<"$output"
}

# number PATTERN: what stands for the group in the line that fits, which there must be once; a problem and nan where it is no number.
number() {
  local found
  found=$(sed -nE "s/^$1\$/\1/p" <<<"$output")
  [[ $found =~ ^-?[0-9]+(\.[0-9]+)?$ ]] && echo "$found" || echo nan
}

# holds WHAT: a comparison of numbers, such as '0.98 > 0.58'; false for nan.
holds() {
  [[ $1 != *nan* ]] && awk "BEGIN { exit !($1) }" || problem "must hold: $1${2:+ ($2)}"
}

prints() {
  grep -qE "$1" <<<"$output" || problem "must print: $1"
}

# rises LINE: the numbers after the colon grow from each to the next.
rises() {
  local line
  line=$(sed -nE "s/^$1.*: //p" <<<"$output")
  awk '{ for (i = 2; i <= NF; i++) if (!($i > $(i - 1))) exit 1; exit NF != 5 }' <<<"$line" || problem "must be five rising numbers: '$line'"
}

check_01() {
  run "$1"
  holds "$(number 'epoch 30: loss ([^ ]+) .*') < $(number 'epoch 5: loss ([^ ]+) .*')"
  # A day is two numbers and noise of 0.5 degrees; 2.5 is five times that.
  local day='a day of ([^ ]+) and ([^ ]+) degrees is at .*, which stands for ([^ ]+) and ([^ ]+)'
  local away
  away=$(sed -nE "s/^$day\$/\1 \2 \3 \4/p" <<<"$output" | awk '{ print ($1 - $3) ^ 2, ($2 - $4) ^ 2 }' | tr ' ' '\n' | sort -g | tail -1)
  holds "${away:-nan} < 2.5 ^ 2" "degrees squared between a day and what the model makes of it"
  prints '^saved, loaded, and the same to the last bit$'
}

check_02() {
  run "$1"
  local vae pca
  vae=$(number 'all +([^ ]+) +[^ ]+')
  pca=$(number 'all +[^ ]+ +([^ ]+)')
  holds "$vae > $pca && $vae <= 1 && $pca > 0"
  holds "$vae > 0.9" "0.98 when it was written"
  prints '^mixed.csv, line [0-9]+: [0-9.]+ nats, (one sensor|late half|weak|strong)$'
  run "$1" --linear
  vae=$(number 'all +([^ ]+) +[^ ]+')
  pca=$(number 'all +[^ ]+ +([^ ]+)')
  holds "$pca - $vae < 0.05 && $vae - $pca < 0.05" "where rows lie in a plane, both are to find the same plane; 0.006 apart when it was written"
}

check_03() {
  run "$1"
  rises slant
  rises ink
  [ "$(head -c 4 "$work/arithmetic.png" | tail -c 3)" = PNG ] || problem "arithmetic.png is no PNG"
}

check_04() {
  run "$1" --self-test
  local trained
  trained=$(grep -c '^ok: ' <<<"$output")
  [ "$trained" -eq 10 ] || problem "10 requests must come out right, but $trained did"
  local before
  before=$(grep '"score"' <<<"$output")
  run "$1" --self-test                                               # with the file that the first run has written
  [ "$before" = "$(grep '"score"' <<<"$output")" ] || problem "a loaded model must score as the trained one did"
}

check_05() {
  run "$1"
  prints '^right$'
  prints '^wrong$'
  prints 'Every entry is 0.2 times what it should be'
  prints 'Every entry has the wrong sign'
  holds "$(number 'step 2000: half the squared error ([^ ,]+).*') < 0.01" "no line comes below 0.2; 0.0002 when it was written"
}

check_06() {
  run "$1"
  prints '^3000 orders$'
  prints '^goods: Category, '
  prints '^kilograms: .*; 333 without a value$'
  holds "$(grep -c '^order .* nats, mistyped$' <<<"$output") == 5" "of the five strangest orders, all are mistyped"
}

build=1
if [ "${1:-}" = --no-build ]; then
  build=0
  shift
fi
[ $# -gt 0 ] || set -- $(cd "$samples" && ls -d [0-9]*)
failed=0
for name; do
  problems=0
  echo "$name"
  [ "$build" -eq 0 ] || dotnet build -c Release -v quiet --nologo "$samples/$name" || problem "does not build"
  lines=$(wc -l <"$samples/$name/Program.cs")
  holds "$lines < 100" "lines of Program.cs"
  holds "$(find "$samples/$name" -name '*.cs' -not -path '*/obj/*' | wc -l) == 1" "files of code"
  [ -s "$samples/$name/README.md" ] && [ "$(wc -l <"$samples/$name/README.md")" -le 20 ] || problem "must have a README.md of at most 20 lines"
  if declare -F "check_${name%%-*}" >/dev/null; then
    "check_${name%%-*}" "$name"
  else
    problem "run-all.sh does not know what it should print: add check_${name%%-*}"
  fi
  [ "$problems" -eq 0 ] && echo "  ok" || failed=$((failed + 1))
done
exit "$failed"
