# How a part of the check reports: one TAP line per test, read by tools/check. Source it.
#   pass NAME SECONDS     fail NAME SECONDS LOG     skip NAME REASON     seconds_since START
pass() { printf 'ok - %s # time=%s\n' "$1" "$2"; }
fail() { printf 'not ok - %s # time=%s log=%s\n' "$1" "$2" "$3"; }
skip() { printf 'ok - %s # SKIP %s\n' "$1" "$2"; }
now() { echo "$EPOCHREALTIME"; }
seconds_since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f", b - a }'; }

# timed NAME LOG COMMAND...: runs COMMAND into LOG and reports it by its exit status.
timed() {
  local name=$1 log=$2 start
  shift 2
  start=$(now)
  if "$@" > "$log" 2>&1; then
    pass "$name" "$(seconds_since "$start")"
  else
    fail "$name" "$(seconds_since "$start")" "$log"
    return 1
  fi
}
