# Shared by the .bats files. From ctest: IMGCNN, MAKE_PICTURES, WORK (tiny.safetensors, pictures/), ROOT (the sources),
# IMGCNN_LIBRARY, SCRIPTS, DOCUMENTS, TINY_PRESET.

setup() {
  dir=$BATS_TEST_TMPDIR
  pictures=$WORK/pictures
}

# imgcnn ARGUMENT...: stdout, stderr and status of the program go to $out, $err and $status.
imgcnn() {
  status=0
  "$IMGCNN" "$@" >"$dir/.out" 2>"$dir/.err" || status=$?
  out=$(tr -d '\0' <"$dir/.out")
  err=$(cat "$dir/.err")
}

# expect STATUS [TEXT]: the status, and for failures one line on stderr that starts as it should and holds TEXT.
expect() {
  if [ "$status" -ne "$1" ] || { [ $# -gt 1 ] && [[ "$err" != *"$2"* ]]; }; then
    printf 'status %s, wanted %s; stdout: %s; stderr: %s\n' "$status" "$1" "$out" "$err"
    return 1
  fi
  if [ "$1" -ne 0 ]; then
    [ "$(printf '%s\n' "$err" | wc -l)" -eq 1 ] || { echo "more than one line: $err"; return 1; }
    [[ "$err" == "imgcnn: "* ]] || { echo "stderr: $err"; return 1; }
    [ -z "$out" ] || { echo "stdout is not clean: $out"; return 1; }
  fi
}

# compress_tiny ARGUMENT...: with the tiny model.
compress_tiny() { imgcnn compress -m tiny --threads 1 "$@"; }

# obey_permissions: from here on the program may not do what permissions forbid, not even for root.
obey_permissions() {
  [ "$(id -u)" -eq 0 ] || return 0
  local powers=-dac_override,-dac_read_search
  local prefix=(setpriv "--bounding-set=$powers" "--inh-caps=$powers")
  "${prefix[@]}" true 2>/dev/null || skip "root cannot give up its powers here"
  printf '#!/bin/sh\nexec %s "$@"\n' "${prefix[*]} '$IMGCNN'" >"$BATS_TEST_TMPDIR.program"
  chmod +x "$BATS_TEST_TMPDIR.program"
  IMGCNN=$BATS_TEST_TMPDIR.program
}

# pixels_of PNM: its samples, a line each.
pixels_of() { od -An -v -tu1 -w1 "$1" | tail -n +"$(($(head -n 3 "$1" | wc -c) + 1))"; }

# files_in DIR: what lies there, helper files left out.
files_in() { find "$1" -type f ! -name .out ! -name .err | sort; }
