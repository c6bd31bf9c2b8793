#!/bin/bash
# Makes the folder of real tables out of Debian's packages and VAE_TABLES_DIR:
#   benchmarks/tables/make.sh FOLDER [--no-install]
# FOLDER/NAME is a table as people have it, FOLDER/reference/NAME.jsonl its values by R or pandas. Made for Debian 12, as root for the packages.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
: "${VAE_TABLES_DIR:?the folder of the shared tables}"
if [ "${2:-}" != --no-install ]; then
    packages=$(grep -v '^#' "$here/tables.txt" | cut -f2 | grep -v VAE_TABLES_DIR | sort -u)
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages python3-pandas
fi
mkdir -p "$folder/reference"
cp "$here/tables.txt" "$folder/tables.txt"
LC_ALL=C.UTF-8 Rscript --vanilla "$here/write.R" "$here/tables.txt" "$folder"
/usr/bin/python3 "$here/write.py" "$here/tables.txt" "$folder" "$VAE_TABLES_DIR"
echo "$(ls "$folder/reference" | wc -l) tables in $folder"
