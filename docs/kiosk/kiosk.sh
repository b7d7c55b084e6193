#!/bin/sh
# Shows a wall: waits for the server, then starts Chromium in front of everything. Settings: wall.env.
set -eu
: "${GANGAN_URL:?set it in wall.env}" "${GANGAN_SCREEN:?set it in wall.env}" \
  "${GANGAN_WALL:?set it in wall.env}" "${GANGAN_WALL_TOKEN:?set it in wall.env}"

until curl --silent --fail --max-time 5 --output /dev/null "$GANGAN_URL/healthz"; do sleep 2; done
exec "${GANGAN_BROWSER:-chromium}" \
  --kiosk --noerrdialogs --hide-crash-restore-bubble --no-first-run --password-store=basic \
  --autoplay-policy=no-user-gesture-required --user-data-dir="${XDG_STATE_HOME:-$HOME/.local/state}/gangan-wall" \
  "$@" "$GANGAN_URL/wall/$GANGAN_SCREEN?name=$GANGAN_WALL&token=$GANGAN_WALL_TOKEN"
