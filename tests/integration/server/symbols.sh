#!/bin/bash
# Whether a program has code that opens content. The server must not.
#   symbols.sh PROGRAM            exit 1, with the symbols' names, when it has
#   symbols.sh --finds PROGRAM    the other way round: exit 0 when it has, for programs that link it on purpose
set -euo pipefail
finds=""
[ "$1" != --finds ] || { finds=yes; shift; }
symbols=$(nm -C "$1")
# nm must have seen the server's own functions, or the check says nothing.
grep -q 'gandan::crypto::verify(' <<<"$symbols" || { echo "no symbols in $1" >&2; exit 2; }

names='gandan::crypto::(siv_|hpke_|scrypt|BoxKey|SivKey|open_with_passphrase|seal_with_passphrase)'
names+='|gandan::(changelog|records|vault|audit|report|sync|app)::'
names+='|EVP_(Decrypt|Encrypt|Cipher|AEAD|aes_|chacha20|PKEY_derive|KDF_)'
names+='|ZSTD_decompress'
if grep -E "$names" <<<"$symbols"; then
  echo "$1 has code that opens content" >&2
  [ -n "$finds" ] && exit 0 || exit 1
fi
echo "$1 opens nothing"
[ -z "$finds" ] || exit 1
