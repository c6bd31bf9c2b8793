#!/usr/bin/env bash
# The long fault campaign: the tests of tests/Vae.Faults.Tests with many trials instead of few. Takes 18 minutes on two cores that have nothing else to do.
#   tests/faults.sh [RESULTS [DOTNET TEST'S ARGUMENTS]]     such as: tests/faults.sh faults.md --filter FullyQualifiedName~Kill
# VAE_FAULTS_SEED=2 makes another campaign. Prints a Markdown table of what was done, and writes it to RESULTS.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."
results=${1:-faults.md}
shift || true
export VAE_FAULTS=long VAE_FAULTS_RESULTS
VAE_FAULTS_RESULTS=$(mktemp)
trap 'rm -f "$VAE_FAULTS_RESULTS"' EXIT

status=0
dotnet test tests/Vae.Faults.Tests -c Release --logger "console;verbosity=normal" "$@" || status=$?
{
  echo "| what was done | what came of it |"
  echo "|---|---|"
  sort "$VAE_FAULTS_RESULTS"
} | tee "$results"
exit "$status"
