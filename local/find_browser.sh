#!/bin/sh
# Prints the browser that the end-to-end tests drive: $CHROME, or the first there is on the PATH.
for name in "$CHROME" chromium chromium-browser google-chrome google-chrome-stable; do
  if [ -n "$name" ] && found=$(command -v "$name"); then
    echo "$found"
    exit 0
  fi
done
echo "No browser: install chromium (Debian: apt-get install chromium), or name one in CHROME." >&2
exit 1
