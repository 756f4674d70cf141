#!/usr/bin/env bash
# gandan.h and its example compile as C99, C11, C17, C++11 and Objective-C, with every warning an error.
#
#   header.sh FOLDER-OF-THE-HEADER
set -u
c="$1" failed=0
try() {
  "$@" || {
    failed=1
    echo "NOT: $*"
  }
}
for one in gandan.h example.c; do
  for language in "c -std=c99" "c -std=c11" "c -std=c17" "c++ -std=c++11"; do
    # shellcheck disable=SC2086 # a language and its standard
    try gcc -x $language -pedantic -Wall -Wextra -Werror -fsyntax-only -I"$c" "$c/$one"
  done
  if command -v clang >/dev/null; then
    try clang -x objective-c -pedantic -Wall -Wextra -Werror -fsyntax-only -I"$c" "$c/$one"
    try clang -x objective-c++ -std=c++11 -pedantic -Wall -Wextra -Werror -fsyntax-only -I"$c" "$c/$one"
  fi
done
# It stands alone: no header of ours, and nothing but sizes and integers of the system.
grep -h '#include' "$c/gandan.h" | grep -vE '<std(int|def)\.h>' && failed=1
exit $failed
