#!/bin/sh
# Fills turnserver.conf from the environment, and becomes coturn. The secret stands in a file that only coturn's user reads, and in no list of processes.
set -eu
umask 077

: "${TURN_SECRET:?write the secret that Conclave’s server has too, 32 characters or more: openssl rand -hex 32}"
: "${TURN_HOST:?write the relay’s name, e.g. turn.example.org}"
: "${ANNOUNCED_ADDRESS:?write the IP address at which browsers reach the media ports}"
export TURN_SECRET TURN_HOST ANNOUNCED_ADDRESS
export TURN_ADDRESS="${TURN_ADDRESS:-$ANNOUNCED_ADDRESS}"
export TURN_TLS_ADDRESS="${TURN_TLS_ADDRESS-127.0.0.1}"
export TURN_PORT="${TURN_PORT:-3478}" TURN_TLS_PORT="${TURN_TLS_PORT:-5349}"
CADDY_CERTS="${CADDY_CERTS:-}"
export TURN_RUN_DIR="${TURN_RUN_DIR:-/run/turn}"
TURN_EXTERNAL=''
[ "$TURN_ADDRESS" = "$ANNOUNCED_ADDRESS" ] || TURN_EXTERNAL="$ANNOUNCED_ADDRESS/$TURN_ADDRESS"
export TURN_EXTERNAL

case "$ANNOUNCED_ADDRESS$TURN_ADDRESS" in
  *[!0-9a-fA-F.:]*)
    echo 'ANNOUNCED_ADDRESS and TURN_ADDRESS have to be IP addresses here: coturn allows its users no names.' >&2
    exit 1
    ;;
esac

# Caddy keeps certificates by authority and by name, each with its key, which it writes first. Of two authorities' the newer one counts.
find_certificate() {
  if [ -n "$CADDY_CERTS" ]; then
    ls -t "$CADDY_CERTS"/*/"$TURN_HOST/$TURN_HOST.crt" 2> /dev/null | head -n 1
  elif [ -s "$1" ]; then
    echo "$1"
  fi
}
wanted="${TURN_CERT:-}"
TURN_CERT="$(find_certificate "$wanted")"
[ -z "$CADDY_CERTS" ] || TURN_KEY="${TURN_CERT%.crt}.key"
[ -n "$TURN_CERT" ] || TURN_KEY=''
export TURN_CERT TURN_KEY="${TURN_KEY:-}"

mkdir -p "$TURN_RUN_DIR"
seen="$TURN_RUN_DIR/certificate-seen"
touch "$seen"
filled="$TURN_RUN_DIR/turnserver.conf"
awk '
  /^#/ { print; next }
  {
    while (match($0, /\$\{[A-Z_]+\}/)) {
      value = ENVIRON[substr($0, RSTART + 2, RLENGTH - 3)]
      $0 = substr($0, 1, RSTART - 1) value substr($0, RSTART + RLENGTH)
      if (value == "") next
    }
    print
  }
' "$(dirname "$0")/turnserver.conf" > "$filled"

# Certificates are renewed while it runs: it is told to read them again, and no call notices. coturn that began without one never listens for
# TLS, nor elsewhere than where it began: it is ended then, and whoever keeps it running starts it again. With 0, or without TLS, nobody looks.
look="${TURN_CERT_LOOK_S:-60}"
if [ -n "$CADDY_CERTS$wanted" ] && [ "$look" -gt 0 ]; then
  (
    [ -n "$TURN_CERT" ] || look=2
    while sleep "$look" && kill -0 $$ 2> /dev/null; do
      found="$(find_certificate "$wanted")"
      if [ -n "$found" ] && [ "$found" != "$TURN_CERT" ]; then
        kill $$
      elif [ "$found" -nt "$seen" ]; then
        touch "$seen"
        kill -USR2 $$
      fi
    done
  ) &
fi

exec turnserver -c "$filled"
