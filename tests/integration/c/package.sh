#!/usr/bin/env bash
# The installed package: a stranger's small C program finds it by CMake and by pkg-config, shared and static, and runs.
#
#   package.sh CMAKE BUILD-TREE FOLDER-OF-THE-EXAMPLE FOLDER-FOR-WORK
set -eu
cmake="$1" build="$2" c="$3" work="$4"
rm -rf "$work"
mkdir -p "$work/program"
cd "$work"
"$cmake" --install "$build" --prefix "$work/prefix" --component c >/dev/null
lib="$(dirname "$(find "$work/prefix" -name libgandan.a)")"

cp "$c/example.c" program/
cat >program/CMakeLists.txt <<'P'
cmake_minimum_required(VERSION 3.16)
project(stranger C)
find_package(gandan 1 REQUIRED)
foreach(kind gandan static)
  add_executable(by_${kind} example.c)
  target_link_libraries(by_${kind} PRIVATE gandan::${kind})
endforeach()
P
"$cmake" -S program -B cmake -DCMAKE_PREFIX_PATH="$work/prefix" >cmake.log
"$cmake" --build cmake >>cmake.log || { cat cmake.log; exit 1; }

export PKG_CONFIG_PATH="$lib/pkgconfig"
if command -v pkg-config >/dev/null; then
  package() { pkg-config "$@" gandan; }
  # shellcheck disable=SC2046 # flags
  cc -std=c99 -pedantic -Wall -Werror program/example.c $(package --cflags --libs) -o by_pkg
  # shellcheck disable=SC2046
  cc -std=c99 program/example.c $(package --cflags) "$lib/libgandan.a" $(package --static --libs | sed 's/-lgandan//') -o by_pkg_static
fi
tried=0
for program in cmake/by_gandan cmake/by_static by_pkg by_pkg_static; do
  [ -x "$program" ] || continue
  vault="$(mktemp -d -p "${TMPDIR:-/tmp}")"
  LD_LIBRARY_PATH="$lib" "./$program" "$vault/so" >out 2>err || {
    echo "NOT: $program runs"
    cat out err
    exit 1
  }
  rm -rf "$vault"
  grep -q '^fine$' out
  grep -q 'opened' err # what the log was told
  tried=$((tried + 1))
done
[ "$tried" -ge 2 ]
# The static one carries its own of everything that is ours.
! ldd by_pkg_static 2>/dev/null | grep -q libgandan
