load helpers

@test "a folder is mirrored, there and back" {
  mkdir -p "$dir/in/sub dir"
  cp "$pictures/rgb.png" "$dir/in/a b.png"
  cp "$pictures/photo.jpg" "$dir/in/sub dir/c.jpg"
  compress_tiny -r "$dir/in" --output-dir "$dir/cnz"
  expect 0
  [[ "$(tail -n 1 <<<"$err")" == "2 ok, 0 failed"* ]]
  [ -f "$dir/cnz/a b.cnz" ] && [ -f "$dir/cnz/sub dir/c.cnz" ]
  imgcnn decompress -r "$dir/cnz" --output-dir "$dir/back"
  expect 0
  [ -f "$dir/back/a b.png" ] && [ -f "$dir/back/sub dir/c.png" ]
}

@test "a bad file is named, the rest goes on, the last line counts" {
  mkdir "$dir/in"
  cp "$pictures/rgb.png" "$dir/in/a.png"
  echo text >"$dir/in/b.png"
  cp "$pictures/grey.png" "$dir/in/c.png"
  compress_tiny "$dir"/in/*.png "$dir/in/none.png" --output-dir "$dir/out"
  [ "$status" -eq 1 ]
  [[ "$(tail -n 1 <<<"$err")" == "2 ok, 2 failed"* ]]
  [[ "$err" == *"$dir/in/b.png: "* && "$err" == *"$dir/in/none.png: "* ]]
  [ "$(files_in "$dir/out" | wc -l)" -eq 2 ]
  compress_tiny "$dir/in/a.png" "$dir/in/c.png" --output-dir "$dir/out"
  [ "$status" -eq 1 ]
  [[ "$(tail -n 1 <<<"$err")" == "0 ok, 2 failed"* ]]
}

@test "two inputs for one output are refused before any work" {
  cp "$pictures/rgb.png" "$dir/a.png"
  cp "$pictures/photo.jpg" "$dir/a.jpg"
  compress_tiny "$dir/a.png" "$dir/a.jpg" --output-dir "$dir/out"
  expect 2 "$dir/out/a.cnz"
  [ ! -e "$dir/out" ]
}

@test "shards share the work without overlap" {
  for i in 1 2 3; do
    compress_tiny "$pictures"/train/*.png --output-dir "$dir/out" --shard "$i/3"
    expect 0
  done
  [ "$(files_in "$dir/out" | wc -l)" -eq "$(files_in "$pictures/train" | wc -l)" ]
}

@test "--json gives a line a file" {
  compress_tiny --json "$pictures/rgb.png" "$pictures/grey.png" --output-dir "$dir/out"
  expect 0
  [ "$(wc -l <<<"$out")" -eq 2 ]
}

@test "-j changes neither bytes nor the order of lines" {
  echo text >"$dir/bad.png"
  for jobs in 1 2 5; do
    compress_tiny -j "$jobs" --json "$pictures"/train/*.png "$dir/bad.png" "$pictures/dot.png" -o "$dir/out$jobs"
    [ "$status" -eq 1 ]
    sed 's/"output":"[^"]*"//; s/"seconds":[^,}]*//' <<<"$out" >"$dir/lines$jobs"
    [ "$(grep -c '"status":"ok"' <<<"$out")" -eq 9 ]
    [ "$(grep -c '"status":"failed"' <<<"$out")" -eq 1 ]
    [[ "$out" == *'bad.png'*'"exit_code":3'* ]]
  done
  for jobs in 2 5; do
    diff -r "$dir/out1" "$dir/out$jobs"
    cmp "$dir/lines1" "$dir/lines$jobs"
  done
  imgcnn decompress -j 1 "$dir"/out1/*.cnz -o "$dir/back1"
  imgcnn decompress -j 4 "$dir"/out1/*.cnz -o "$dir/back4"
  diff -r "$dir/back1" "$dir/back4"
}

@test "a line a file and the throughput at the end" {
  compress_tiny "$pictures/rgb.png" "$pictures/grey.png" -o "$dir/out"
  expect 0
  [ "$(wc -l <<<"$err")" -eq 3 ]
  [[ "$(sed -n 1p <<<"$err")" == "$pictures/rgb.png -> $dir/out/rgb.cnz: "*" bytes, "*" bpp, "* ]]
  [[ "$(tail -n 1 <<<"$err")" =~ ^"2 ok, 0 failed ("[0-9.]+" MP/s)"$ ]]
  [[ "$err" != *$'\r'* ]]
  compress_tiny --quiet -f "$pictures/rgb.png" "$pictures/grey.png" -o "$dir/out"
  [ "$(wc -l <<<"$err")" -eq 1 ]
}

@test "a bar on a terminal" {
  script -qec true /dev/null >/dev/null 2>&1 || skip "no pseudo-terminal here"
  TERM=xterm script -qec "'$IMGCNN' compress -m tiny --threads 1 -f '$pictures/rgb.png' '$pictures/grey.png' -o '$dir/out'" \
    "$dir/screen" >/dev/null
  grep -q '1/2 .*MP/s.* left' "$dir/screen"
  grep -q '2 ok, 0 failed' "$dir/screen"
}

@test "no bar and no escape codes on a terminal that knows none" {
  script -qec true /dev/null >/dev/null 2>&1 || skip "no pseudo-terminal here"
  for terminal in TERM=dumb TERM= -uTERM; do
    env "$terminal" script -qec \
      "env '$terminal' '$IMGCNN' compress -m tiny --threads 1 -f '$pictures/rgb.png' '$pictures/grey.png' -o '$dir/out'" \
      "$dir/screen" >/dev/null
    grep -q '2 ok, 0 failed' "$dir/screen"
    grep -q 'rgb.cnz: ' "$dir/screen"
    if grep -q $'\x1b' "$dir/screen"; then cat -v "$dir/screen"; false; fi
  done
}
