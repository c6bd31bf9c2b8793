#!/usr/bin/env bash
# Runs a program for dotnet with the C and C++ libraries of Debian 13: TorchSharp 0.107.0 does not start with those of Debian 12.
# Usage (as root): DEBIAN13=ROOT debian13.sh FOLDER PROGRAM.dll ARGUMENTS...     FOLDER holds the program and is /app in there
# ROOT is a folder with Debian 13's libc6, libstdc++6, libgcc-s1, libgomp1 and zlib1g in it (`apt-get download` with that release as the
# source, `dpkg-deb -x PACKAGE ROOT`) and the links `lib -> usr/lib` and `lib64 -> usr/lib64`.
set -eu
sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")
mkdir -p "$DEBIAN13"/{proc,sys,dev,app,tmp,sdk}
export sdk DEBIAN13
# Mounts of a namespace of its own: they end with the process.
exec unshare -m bash -euc '
mount --bind "$sdk" "$DEBIAN13/sdk"
for folder in proc sys dev; do mount --bind "/$folder" "$DEBIAN13/$folder"; done
mount --bind "$1" "$DEBIAN13/app"
program=$2
shift 2
exec chroot "$DEBIAN13" /sdk/dotnet "/app/$program" "$@"' debian13 "$@"
