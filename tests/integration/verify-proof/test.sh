#!/usr/bin/env bash
# Two small realms and their proofs (realms.sh), then two verifiers (test.mjs).
#
#   test.sh GANDAN GANDAN-SERVER FOLDER-FOR-WORK     the work lies below TMPDIR instead, where that is given
set -eu
here="$(cd "$(dirname "$0")" && pwd)"
work="${TMPDIR:-$3}/gandan-verify-proof"
rm -rf "$work"
"$here/realms.sh" "$1" "$2" "$work"
node "$here/test.mjs" "$1" "$work"
rm -rf "$work"
