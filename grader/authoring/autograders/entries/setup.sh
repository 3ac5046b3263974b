#!/usr/bin/env bash
# Installs what grading needs, by the pinned versions, into an environment of its own. Made by `grader autograder`.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
course="$here/course"
chmod -R go-rwx "$course" "$here/settings.json"
if [ -e "$here/secret" ]; then chmod 600 "$here/secret"; fi

find_python() {
    for name in python3.11 python3.12 python3.13 python3; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

if ! python="$(find_python)"; then
    apt-get update
    apt-get install -y python3.11 python3.11-venv || apt-get install -y python3 python3-venv
    python="$(find_python)" || { echo "setup.sh: Python 3.11 or newer is needed" >&2; exit 1; }
fi

"$python" -m venv "$here/venv"
pip() { "$here/venv/bin/python" -m pip install --no-cache-dir --disable-pip-version-check "$@"; }
torch_options=()
if [ -s "$here/torch-options" ]; then read -r -a torch_options < "$here/torch-options"; fi
pip ${torch_options[@]+"${torch_options[@]}"} "$(grep '^torch==' "$course/constraints.txt")"
pip -c "$course/constraints.txt" -e "$course[student]"
