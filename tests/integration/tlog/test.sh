#!/bin/bash
# The ledger's files before a verifier that we did not write, and before the same verifier after one byte changed.
#   test.sh MAKE_LOG VERIFY WORK_DIRECTORY
set -euo pipefail
make_log=$1 verify=$2 work=$3
rm -rf "$work"
mkdir -p "$work"

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# Flips the lowest bit of the byte at an offset.
flip() {
  local byte
  byte=$(od -An -tu1 -j "$2" -N 1 "$1")
  printf "\\x$(printf %02x $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# size and the earlier size that it continues
for sizes in "0 0" "1 0" "5 3" "256 255" "300 256" "70000 65536"; do
  read -r size old <<<"$sizes"
  log=$work/$size
  vkey=$("$make_log" "$log" "$size" "$old")
  arguments=(-dir "$log" -vkey "$vkey")
  [ ! -f "$log/old-checkpoint" ] || arguments+=(-old "$log/old-checkpoint")
  "$verify" "${arguments[@]}" || fail "an honest log of $size"
done

# Every file that a log of 300 consists of, changed at its start, middle and end. (256 leaves no partial tile that
# a verifier of 300 would not read.)
log=$work/300
vkey=$("$make_log" "$log" 300 256)
count=0
while read -r file; do
  length=$(stat -c %s "$file")
  for offset in 0 $((length / 2)) $((length - 1)); do
    flip "$file" "$offset"
    if "$verify" -dir "$log" -vkey "$vkey" 2>/dev/null; then fail "$file changed at $offset"; fi
    flip "$file" "$offset"
    count=$((count + 1))
  done
done < <(find "$log" -type f ! -name old-checkpoint)
[ "$count" -ge 18 ] || fail "only $count changes were tried"
"$verify" -dir "$log" -vkey "$vkey" >/dev/null || fail "the log after all changes were undone"

# Another log's old checkpoint, a checkpoint larger than the log, a missing tile, another key.
if "$verify" -dir "$log" -vkey "$vkey" -old "$work/70000/checkpoint" 2>/dev/null; then fail "a log that shrank"; fi
mv "$log/tile/0/001.p/44" "$work/tile"
if "$verify" -dir "$log" -vkey "$vkey" 2>/dev/null; then fail "a missing tile"; fi
mv "$work/tile" "$log/tile/0/001.p/44"
if "$verify" -dir "$log" -vkey "gandan.example/ledger/5f3c+b0d5d2b2+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs" 2>/dev/null; then
  fail "another log's key"
fi
echo "all of $count changes were noticed"
