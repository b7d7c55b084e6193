#!/bin/sh
# Restarts the kiosk when its wall no longer draws. Run it every 30 s; settings: wall.env.
#
# It acts only on what the server says of the wall. A server that does not answer is no reason: the wall says so
# itself and mends itself when the server is back.
set -eu
: "${GANGAN_URL:?set it in wall.env}" "${GANGAN_WALL:?set it in wall.env}" "${GANGAN_WALL_TOKEN:?set it in wall.env}"
limit=${GANGAN_LIMIT_S:-60}
looks=${GANGAN_LOOKS:-3}
restart=${GANGAN_RESTART:-systemctl restart gangan-kiosk.service}
count=${RUNTIME_DIRECTORY:-/tmp}/gangan-wall-$GANGAN_WALL

well() {
  rm -f "$count"
  echo "$1"
  exit 0
}

# The token goes in by standard input: what stands on a command line can be read by everybody on this machine.
answer=$(printf 'cookie = "gangan_wall=%s"\n' "$GANGAN_WALL_TOKEN" | curl --config - --silent --max-time 10 \
  --write-out ' %{http_code}' "$GANGAN_URL/api/v1/walls/$GANGAN_WALL") \
  || well "the server does not answer; nothing is done here"
status=${answer##* }
drawn=$(printf '%s' "$answer" | sed -n 's/.*"drawn_s_ago": *\([0-9]*\).*/\1/p')

case $status in
  200) [ "${drawn:-0}" -le "$limit" ] && well "drawn $drawn s ago" ; why="it drew $drawn s ago, the limit is $limit s" ;;
  404) why="it is not connected" ;;
  401) echo "the token in wall.env is not the server's GANGAN_WALL_TOKEN" >&2; exit 1 ;;
  *) well "the server answers $status; nothing is done here" ;;
esac

seen=$(($(cat "$count" 2>/dev/null || echo 0) + 1))
if [ "$seen" -lt "$looks" ]; then
  echo "$seen" > "$count"
  echo "wall $GANGAN_WALL: $why; look $seen of $looks"
  exit 0
fi
rm -f "$count"
echo "wall $GANGAN_WALL: $why; restarting it" >&2
exec $restart
