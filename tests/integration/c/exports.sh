#!/usr/bin/env bash
# The symbols of libgandan are exports.txt's, and the functions of gandan.h are the same.
#
#   exports.sh FOLDER-OF-THE-HEADER LIBRARY ARCHIVE
set -u
c="$1" library="$2" archive="$3"
failed=0
same() { # WHAT FILE: the list is exports.txt
  diff "$c/exports.txt" "$2" >diff.txt || {
    failed=1
    echo "NOT exports.txt: $1"
    head -n 40 diff.txt
  }
}
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
LC_ALL=C sort -c "$c/exports.txt" || failed=1
nm -D --defined-only "$library" | awk '$2 != "A" {print $3}' | sed 's/@.*//' | LC_ALL=C sort >shared
same "the shared library's symbols" shared
nm --defined-only --extern-only "$archive" | awk 'NF == 3 {print $3}' | LC_ALL=C sort >static
same "the archive's symbols" static
grep -oE '^GANDAN_API [^(]*\(' "$c/gandan.h" | grep -oE 'gandan_[a-z_]+\($' | tr -d '(' | LC_ALL=C sort >header
same "the header's functions" header
readelf -d "$library" | grep -q "SONAME.*libgandan.so.1]" || {
  failed=1
  echo "NOT: the library's name has the ABI's major version"
}
exit $failed
