#!/bin/sh
# Installs Debian's Chromium, with signs for what customers write; says so where that is not allowed.
set -e
if [ "$(id -u)" = 0 ]; then sudo=""
elif sudo -n true 2>/dev/null; then sudo="sudo -n"
else sudo=none; fi
if [ "$sudo" != none ] && command -v apt-get >/dev/null; then
  echo "· Chromium, from the machine's packages"
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends chromium fonts-noto-color-emoji
fi >&2
exec sh "$(dirname "$0")/find_browser.sh"
