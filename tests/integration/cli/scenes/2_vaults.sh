# shellcheck shell=bash disable=SC2154,SC2016 # variables and quoted commands are test.sh's
# Passphrases, vaults and the ways to open them. Sourced by ../test.sh, in order: a scene goes on in the realm that those before it left.

# --- passphrases and vaults
GANDAN_PASSPHRASE=khác refuses vault.wrong_passphrase 4 g status
GANDAN_PASSPHRASE= refuses request.bad 2 g status </dev/null
refuses file.unreadable 3 g --passphrase-file none status
cp -r admin damaged && printf 'xxxxxxxxxxxxxxxx' | dd of=damaged/vault.db bs=1 seek=5000 conv=notrunc status=none
sum="$(cat damaged/vault.db damaged/vault.key | sha256sum)"
vault=damaged refuses vault.damaged 4 g record list
ok "a damaged vault is left untouched" test "$sum" = "$(cat damaged/vault.db damaged/vault.key | sha256sum)"
cp -r admin cut && truncate -s 3 cut/vault.key
vault=cut refuses vault.damaged 4 g status
cp -r admin newer && printf 'gandan passphrase v9' | dd of=newer/vault.key bs=1 conv=notrunc status=none
ok "a key file of another form is not called a wrong passphrase" sh -c "! GANDAN_PASSPHRASE=x '$gandan' --vault newer --json status | grep -q wrong_passphrase"
refuses request.bad 2 g realm create "Hai" --code 21 --ledger-key "$(cat key.txt)" --root-key root2.key --card card2

GANDAN_PASSPHRASE="bảy chữ" vault=short refuses vault.short_passphrase 3 g device request may-1
ok "no vault was made then" test ! -e short
printf 'ngắn\n' >short.pass
GANDAN_PASSPHRASE= vault=short refuses vault.short_passphrase 3 g --passphrase-file short.pass device request may-1
# On a terminal: asked twice for a new vault, once for one that is there. Each pause lets the program ask first.
typed() { # FILE LINE…: what the program says goes to FILE
  local file="$1" line
  shift
  (
    for line in "$@"; do
      sleep 1
      printf '%s\n' "$line"
    done
    sleep 2
  ) | script -qec "env -u GANDAN_PASSPHRASE '$gandan' --vault '$work/asked' $command" /dev/null >"$file" 2>&1
}
command="device request may-1 --out asked.request"
typed said "mật khẩu mới" "mật khẩu khác"
ok "two entries that differ make no vault" sh -c 'grep -qF "[request.bad]" said && [ ! -e asked ]'
typed said "mật khẩu mới" "mật khẩu mới"
ok "a new vault's passphrase is asked twice" test -s asked.request
ok "and is never shown" sh -c '! grep -qF "mật khẩu mới" said'
command=status
typed said "mật khẩu mới"
ok "that of a vault which is there once" grep -qF "hồ sơ" said

# --- the ways to open a vault
vault=keys
ok "a vault for this" g device request may-1 --out keys.request
says "it opens with one passphrase" '"kind":"passphrase"' "$gandan" --vault "$work/keys" keys list --json
GANDAN_NEW_PASSPHRASE=ngắn refuses request.bad 2 g keys add-passphrase
GANDAN_NEW_PASSPHRASE="mật khẩu thứ hai" ok "a second passphrase" g keys add-passphrase --label "dự phòng"
GANDAN_PASSPHRASE="mật khẩu thứ hai" says "which opens it" "dự phòng" "$gandan" --vault "$work/keys" keys list
code="$(g --json keys add-recovery | field code)"
ok "a recovery code has eight groups of six digits" sh -c 'echo "$0" | grep -qE "^([0-9]{6} ){7}[0-9]{6}$"' "$code"
GANDAN_RECOVERY_CODE="$code" says "it opens the vault" "mã khôi phục" "$gandan" --vault "$work/keys" --with recovery keys list
GANDAN_RECOVERY_CODE="123456 $code" refuses vault.wrong_recovery 4 g --with recovery status
GANDAN_RECOVERY_CODE="$code" GANDAN_NEW_PASSPHRASE="mật khẩu mới tinh" ok "a forgotten passphrase is replaced" g --with recovery keys change 1
refuses vault.wrong_passphrase 4 g status
export GANDAN_PASSPHRASE="mật khẩu mới tinh"
head -c 32 /dev/urandom >keystore
refuses file.unreadable 3 g --with keystore --keystore-file visit.json status
ok "a keystore's secret" g --keystore-file keystore keys add-keystore
ok "opens it without typing" env -u GANDAN_PASSPHRASE "$gandan" --vault "$work/keys" --with keystore --keystore-file keystore status
refuses roster.not_enrolled 3 env GANDAN_NEW_PIN=482913 "$gandan" --vault "$work/keys" keys add-pin CB01
ok "the first passphrase goes" g keys remove 1
export GANDAN_PASSPHRASE="mật khẩu thứ hai"
refuses vault.no_slot 4 g keys remove 1
ok "the recovery code goes" g keys remove 3
ok "the keystore goes" g keys remove 4
refuses vault.last_slot 3 g keys remove 2
refuses use.missing 2 g keys add-token
refuses use.bad_value 2 g --with magic status
ok "the time of the auto-lock is kept" g keys auto-lock 300
says "and said" '"auto_lock":300' "$gandan" --vault "$work/keys" keys list --json
printf 'x' | dd of=keys/vault.key bs=1 seek=40 conv=notrunc status=none
refuses vault.damaged 4 g status
unset vault
export GANDAN_PASSPHRASE="mật khẩu dài của sổ"
head -c 32 /dev/urandom >pin.keystore
GANDAN_NEW_PIN=123456 refuses request.bad 2 g --keystore-file pin.keystore keys add-pin QT01
GANDAN_NEW_PIN=482913 ok "a PIN for a person" g --keystore-file pin.keystore keys add-pin QT01
GANDAN_PIN=482913 says "opens with the keystore, and says who writes" "QT01" "$gandan" --vault "$work/admin" --with pin --as QT01 --keystore-file pin.keystore status
GANDAN_PIN=482914 refuses vault.wrong_pin 4 g --with pin --as QT01 --keystore-file pin.keystore status
GANDAN_PIN=482913 refuses vault.pin_alone 4 g --with pin --as QT01 status
GANDAN_PIN=482913 refuses vault.own_pin_only 3 g --with pin --as QT01 --keystore-file pin.keystore keys remove 1
ok "the PIN goes" g keys remove 2
