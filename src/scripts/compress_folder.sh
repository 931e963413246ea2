#!/bin/sh
# Compresses every picture below a folder, several processes side by side.
#
#   compress_folder.sh [-j JOBS] IN_DIR OUT_DIR [OPTION...]
#
# OPTIONs go to `imgcnn compress`, e.g. -q 40 or --force. Status: the highest of the processes'. $IMGCNN names the program.
set -u
verb=compress
script=$0
. "$(dirname -- "$0")/batch.sh"
