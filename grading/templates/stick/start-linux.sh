#!/bin/sh
# Starts the course: sh start-linux.sh. No administrator, no internet; nothing is written on the stick.
# A portable Python in the folder python/ goes first.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
for python in "$here/python/bin/python3" @PYTHONS@ python3; do
    if command -v "$python" >/dev/null 2>&1 && "$python" -I -c 'import sys, venv; sys.exit("%d.%d" % sys.version_info[:2] not in "@VERSIONS@".split())' 2>/dev/null; then
        exec "$python" -B "$here/start/start.py" "$@"
    fi
done
cat "$here/start/no-python.txt"
exit 1
