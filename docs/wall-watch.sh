#!/bin/sh
# Whether this machine's wall still draws; exit 1 where it does not, so that it can be restarted.
#   wall-watch.sh URL NAME [SECONDS]      the wall's token in GANGAN_WALL_TOKEN
# A server that can't be reached is no reason to restart a wall: it says so itself, and waits.
set -u
url=$1 name=$2 patience=${3:-20}
answer=$(curl -sS -m 5 -w '\n%{http_code}' -b "gangan_wall=$GANGAN_WALL_TOKEN" "$url/api/v1/walls/$name") || exit 0
status=$(printf '%s' "$answer" | tail -n 1)
case $status in
  200) age=$(printf '%s' "$answer" | sed -n 's/.*"drawn_s_ago": *\([0-9]*\).*/\1/p' | head -n 1) ;;
  404) echo "the wall $name is not connected"; exit 1 ;;
  401|403) echo "the server refuses GANGAN_WALL_TOKEN"; exit 0 ;;
  *) exit 0 ;;
esac
[ "${age:-0}" -le "$patience" ] || { echo "the wall $name has not drawn for $age s"; exit 1; }
