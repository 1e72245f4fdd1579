#!/bin/sh
# Prints the interpreter every environment is built on: 3.13 as in the deployed runtime when this
# machine has it (on PATH or kept by pyenv), else the newest of 3.12 and 3.11.
# Each candidate is run, because a pyenv shim is on PATH even for versions it refuses to start.

answers() {
    "$1" -c "import sys; sys.exit(sys.version_info[:2] != tuple(map(int, '$2'.split('.'))))" \
        >/dev/null 2>&1
}

for version in 3.13 3.12 3.11; do
    for candidate in "python$version" \
        "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python python3 python; do
        if answers "$candidate" "$version"; then
            "$candidate" -c 'import sys; print(sys.executable)'
            exit 0
        fi
    done
done
echo "No Python 3.11, 3.12 or 3.13 was found on PATH or under pyenv." >&2
exit 1
