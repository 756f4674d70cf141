# Helpers of the demonstration: telling, holding, running the programs. Sourced by main.

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
note() { printf '   %s\n' "$*"; }

# hold "claim" COMMAND…: the claim holds when the command succeeds.
claims=0
broken=()
hold() {
  local claim="$1"
  shift
  claims=$((claims + 1))
  if "$@" >"$work/last.log" 2>&1; then
    printf '   ✓ %s\n' "$claim"
  else
    printf '   ✗ %s\n' "$claim"
    sed 's/^/       | /' "$work/last.log" | tail -n 12
    broken+=("$claim")
  fi
}
# holds_not "claim" COMMAND…: the claim holds when the command fails.
holds_not() {
  local claim="$1"
  shift
  hold "$claim" refused "$@"
}
refused() {
  if "$@"; then return 1; fi
  return 0
}

# must COMMAND…: what the rest cannot go on without.
must() {
  if ! "$@" >"$work/must.log" 2>&1; then
    printf '   ✗ %s\n' "$*"
    sed 's/^/       | /' "$work/must.log" | tail -n 20
    broken+=("$*")
    finish
  fi
}

# g VAULT ARGUMENTS…: the command line on one device's vault. j: its JSON answer.
g() {
  local vault="$1"
  shift
  "$bin/gandan" --vault "$work/devices/$vault" "$@"
}
j() {
  local vault="$1"
  shift
  g "$vault" --json "$@"
}
# field NAME: the first member of that name in the JSON on stdin, text or number.
field() { grep -o "\"$1\":\(\"[^\"]*\"\|-\?[0-9]*\)" | head -n 1 | sed -e "s/^\"$1\"://" -e 's/^"//' -e 's/"$//'; }
# show COMMAND…: prints what a person sees, indented.
show() {
  printf '   $ %s\n' "$(printf '%s ' "$@" | sed -e 's/^g \([^ ]*\) /[\1] gandan /' -e "s#$work/##g")"
  "$@" 2>&1 | sed 's/^/     /'
}

# --- the server
server_pid=""
start_server() { # FOLDER: sets server_port and metrics_port, and points the proxy there
  rm -f "$work/server.port"
  "$bin/gandan-server" run --data "$1" --listen 127.0.0.1:0 --cert "$work/ca/server.pem" --key "$work/ca/server.key" \
    --metrics-listen 127.0.0.1:0 --port-file "$work/server.port" >>"$work/server.log" 2>&1 &
  server_pid=$!
  wait_for "$work/server.port" || return 1
  server_port="$(sed -n 1p "$work/server.port")"
  metrics_port="$(sed -n 2p "$work/server.port")"
  printf '%s' "$server_port" >"$work/wire/upstream"
}
stop_server() {
  [ -n "$server_pid" ] || return 0
  kill -TERM "$server_pid" 2>/dev/null
  wait "$server_pid"
  server_status=$?
  server_pid=""
  return "$server_status"
}
wait_for() { # FILE, at most 10 s
  local i
  for i in $(seq 1 200); do
    [ -s "$1" ] && return 0
    sleep 0.05
  done
  echo "waited in vain for $1"
  return 1
}
start_proxy() {
  node "$here/proxy.mjs" --folder "$work/wire" --port-file "$work/proxy.port" --upstream 0 \
    --cert "$work/ca/server.pem" --key "$work/ca/server.key" --ca "$work/ca/ca.pem" >>"$work/proxy.log" 2>&1 &
  proxy_pid=$!
  wait_for "$work/proxy.port" || return 1
  proxy_port="$(cat "$work/proxy.port")"
}
server_count() { # the server's own counter of that name, straight from the server
  node -e '
    const [port, name] = process.argv.slice(1);
    require("http").get({host: "127.0.0.1", port, path: "/metrics", agent: false}, (r) => {
      let text = ""; r.on("data", (d) => text += d);
      r.on("end", () => console.log((text.match(new RegExp("^" + name + " (\\d+)", "m")) || [])[1]));
    });' "$metrics_port" "$1"
}

# sync VAULT ARGUMENTS…: through the recording proxy. sync_json: its JSON answer.
sync() { g "$1" sync --server "https://localhost:$proxy_port" --ca "$work/ca/ca.pem" "${@:2}"; }
sync_json() { j "$1" sync --server "https://localhost:$proxy_port" --ca "$work/ca/ca.pem" "${@:2}"; }

cleanup() {
  [ -z "$server_pid" ] || kill -KILL "$server_pid" 2>/dev/null
  [ -z "${proxy_pid:-}" ] || kill -KILL "$proxy_pid" 2>/dev/null
  wait 2>/dev/null
}
finish() {
  trap - EXIT
  cleanup
  printf '\n%s claims in %s s; files in %s\n' "$claims" "$SECONDS" "${work#"$root/"}"
  if [ "${#broken[@]}" -eq 0 ]; then
    echo "demo: everything held"
    exit 0
  fi
  for claim in "${broken[@]}"; do echo "demo: did not hold: $claim"; done
  exit 1
}
