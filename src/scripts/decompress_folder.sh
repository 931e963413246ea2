#!/bin/sh
# Decompresses every .cnz file below a folder, several processes side by side.
#
#   decompress_folder.sh [-j JOBS] IN_DIR OUT_DIR [OPTION...]
#
# OPTIONs go to `imgcnn decompress`, e.g. --format jpg. Status: the highest of the processes'. $IMGCNN names the program.
set -u
verb=decompress
script=$0
. "$(dirname -- "$0")/batch.sh"
