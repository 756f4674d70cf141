#!/bin/sh
# An archive of one object that shows only the symbols of a list.
#
#   one_object.sh OUT LIST CXX AR NM OBJCOPY OBJECTS-AND-ARCHIVES…
set -eu
out="$1" list="$2" cxx="$3" ar="$4" nm="$5" objcopy="$6"
shift 6
"$cxx" -r -nostdlib -Wl,--force-group-allocation -o "$out.o" -Wl,--start-group "$@" -Wl,--end-group
# GCC's unique symbols are made weak first: objcopy makes local only what is global or weak.
"$nm" "$out.o" | awk '$2 == "u" {print $3}' >"$out.unique"
"$objcopy" --strip-debug --weaken-symbols="$out.unique" "$out.o"
"$objcopy" --keep-global-symbols="$list" "$out.o"
rm -f "$out" "$out.unique"
"$ar" rcs "$out" "$out.o"
rm -f "$out.o"
