load helpers

# What goes wrong in practice: each ends with its own status, one line, and no file.

nothing_left() { [ -z "$(find "$dir" -name '*.tmp.*' -o -name 'out.*')" ]; }

@test "output folder missing" {
  compress_tiny "$pictures/rgb.png" "$dir/none/out.cnz"
  expect 5 "$dir/none/out.cnz"
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  imgcnn decompress "$dir/a.cnz" "$dir/none/out.png"
  expect 5 "$dir/none/out.png"
  nothing_left
}

@test "disk full, by a link to /dev/full and by a limit on the size of files" {
  ln -s /dev/full "$dir/full.cnz"
  ln -s /dev/full "$dir/full.png"
  compress_tiny -f "$pictures/rgb.png" "$dir/full.cnz"
  expect 5 "No space left"
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  imgcnn decompress -f "$dir/a.cnz" "$dir/full.png"
  expect 5 "No space left"
  status=0
  (ulimit -f 0; exec "$IMGCNN" decompress "$dir/a.cnz" "$dir/out.png") 2>/dev/null || status=$?
  [ "$status" -eq 5 ]
  nothing_left
  status=0
  "$IMGCNN" compress -m tiny "$pictures/rgb.png" - >/dev/full 2>"$dir/.err" || status=$?
  [ "$status" -eq 5 ]
  grep -q "standard output" "$dir/.err"
}

@test "a folder that may not be written to" {
  mkdir -m 555 "$dir/shut"
  obey_permissions
  compress_tiny "$pictures/rgb.png" "$dir/shut/out.cnz"
  expect 5 "$dir/shut/out.cnz"
}

@test "unknown and contradictory options" {
  for verb in compress decompress verify info; do
    imgcnn "$verb" --no-such-option a b
    expect 2 "--no-such-option"
  done
  imgcnn compress --help
  expect 0
  imgcnn no_such_verb
  expect 2 "'no_such_verb' is no verb (see imgcnn --help)"
  imgcnn compress --qualty 3 a b
  expect 2 "(see imgcnn compress --help)"
  imgcnn
  expect 2 "a verb is missing"
  compress_tiny -q 40 --target-size 9K "$pictures/rgb.png" "$dir/out.cnz"
  expect 2
  nothing_left
}

@test "help and version go to standard output and succeed" {
  for line in "--help" "--version" "compress --help" "decompress -h" "eval --help"; do
    # shellcheck disable=SC2086
    imgcnn $line
    expect 0
    [ -n "$out" ] && [ -z "$err" ]
  done
}

@test "input and output are one file, by name or by link, with -f as well" {
  cp "$pictures/rgb.png" "$dir/a.png"
  compress_tiny "$dir/a.png" "$dir/a.cnz"
  ln -s a.cnz "$dir/link.png"
  cp "$dir/a.cnz" "$dir/kept.cnz"
  compress_tiny -f "$dir/a.png" "$dir/a.png"
  expect 2 "$dir/a.png"
  imgcnn decompress -f "$dir/a.cnz" "$dir/link.png"
  expect 2 "$dir/a.cnz"
  imgcnn decompress -f "$dir/a.cnz" "$dir/a.cnz"
  expect 2 "$dir/a.cnz"
  cmp "$pictures/rgb.png" "$dir/a.png"
  cmp "$dir/kept.cnz" "$dir/a.cnz"
}

@test "the wrong way round, and nothing at all, on standard input too" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  compress_tiny "$dir/a.cnz" "$dir/out.cnz"
  expect 3 "$dir/a.cnz: is a .cnz file already"
  imgcnn decompress "$pictures/rgb.png" "$dir/out.png"
  expect 3 "$pictures/rgb.png: not a .cnz file"
  for line in "compress -m tiny - $dir/out.cnz" "decompress - $dir/out.png" "info -" "verify -"; do
    status=0
    # shellcheck disable=SC2086
    "$IMGCNN" $line </dev/null >/dev/null 2>"$dir/.err" || status=$?
    [ "$status" -eq 3 ]
    [ "$(cat "$dir/.err")" = "imgcnn: standard input: the file is empty" ]
  done
  nothing_left
}

@test "half of the stream is missing: no picture, not even a part" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  head -c $(($(stat -c %s "$dir/a.cnz") / 2)) "$dir/a.cnz" >"$dir/half.cnz"
  for option in "" --preview "--region 0,0,9,9"; do
    # shellcheck disable=SC2086
    imgcnn decompress $option "$dir/half.cnz" "$dir/out.png"
    expect 3 "$dir/half.cnz"
  done
  imgcnn verify "$dir/half.cnz"
  expect 3 "$dir/half.cnz"
  nothing_left
}

@test "truncated pictures of every format" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  for format in png jpg webp tif bmp ppm; do
    imgcnn decompress -f "$dir/a.cnz" "$dir/whole.$format"
    expect 0
    size=$(stat -c %s "$dir/whole.$format")
    for part in 2 10 50 90; do
      head -c $((size * part / 100)) "$dir/whole.$format" >"$dir/cut.$format"
      compress_tiny "$dir/cut.$format" "$dir/out.cnz"
      expect 3 "$dir/cut.$format" || { echo "$format at $part %"; false; }
    done
  done
  nothing_left
}

@test "payload bytes overwritten" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  printf 'XYZ' | dd of="$dir/a.cnz" bs=1 seek=$(($(stat -c %s "$dir/a.cnz") * 2 / 3)) conv=notrunc status=none
  imgcnn decompress "$dir/a.cnz" "$dir/out.png"
  expect 3 "$dir/a.cnz"
  imgcnn verify "$dir/a.cnz"
  expect 3 "$dir/a.cnz"
  nothing_left
}

@test "signals in mid-work: their status, no temporary, every output whole" {
  mkdir "$dir/in"
  for i in $(seq 60); do cp "$pictures/train/train$((i % 8)).png" "$dir/in/$i.png"; done
  for pair in TERM:143 INT:130 HUP:129; do
    rm -rf "$dir/cnz"
    # An interactive shell's children obey SIGINT; those of a script in the background ignore it unless told otherwise.
    env --default-signal=INT "$IMGCNN" compress -m tiny --threads 1 -j 4 --quiet -r "$dir/in" -o "$dir/cnz" 2>/dev/null &
    pid=$!
    for _ in $(seq 400); do
      [ "$(find "$dir/cnz" -name '*.cnz' 2>/dev/null | wc -l)" -lt 3 ] || break
      sleep 0.02
    done
    kill "-${pair%:*}" "$pid"
    status=0
    wait "$pid" || status=$?
    [ "$status" -eq "${pair#*:}" ] || { echo "$pair gave $status"; false; }
    nothing_left
    imgcnn verify -r --quiet "$dir/cnz"
    expect 0
  done
}

@test "-- ends the options" {
  cd "$dir"
  cp "$pictures/rgb.png" ./-q
  compress_tiny -- -q -out.cnz
  expect 0
  [ -s ./-out.cnz ]
}
