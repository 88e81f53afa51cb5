#!/usr/bin/env bash
# Gradescope runs this once, as root on Ubuntu, when the zip has been uploaded.
set -e
source="${AUTOGRADER_SOURCE:-/autograder/source}"

# gradcli needs Python 3.11 or newer; Ubuntu 22.04 has 3.11 beside its own 3.10.
apt-get update
apt-get install -y python3.11 python3.11-venv || apt-get install -y python3 python3-venv
"$(command -v python3.11 || command -v python3)" -m venv /opt/gradcli

# A wheel of your own beside this file (python -m build --wheel) goes before PyPI.
wheel=$(find "$source" -maxdepth 1 -name 'gradcli-*.whl' | sort | tail -n 1)
/opt/gradcli/bin/pip install "${wheel:-gradcli}"
