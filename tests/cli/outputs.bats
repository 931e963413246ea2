load helpers

# How outputs come to be: beside other processes, into descriptors, with what their inputs were like.

@test "two batches with --skip-existing into one folder: both succeed, each file is written once" {
  mkdir "$dir/in"
  for i in $(seq 40); do cp "$pictures/dot.png" "$dir/in/$i.png"; done
  batch() { "$IMGCNN" compress -m tiny --threads 1 -r "$dir/in" -o "$dir/out" --skip-existing --quiet 2>"$dir/said$1"; }
  batch 1 &
  first=$!
  batch 2
  wait "$first"
  [ "$(files_in "$dir/out" | wc -l)" -eq 40 ]
  count() { tail -n 1 "$1" | sed 's/ ok, 0 failed.*//'; }
  [ "$(($(count "$dir/said1") + $(count "$dir/said2")))" -eq 40 ] || { cat "$dir"/said?; false; }
}

@test "a descriptor is written to as it is, by whatever name" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  ln -s /dev/stdout "$dir/link.cnz"
  for name in /dev/stdout /dev/fd/1 /proc/self/fd/1 "$dir/link.cnz"; do
    "$IMGCNN" compress -m tiny --threads 1 "$pictures/rgb.png" "$name" >"$dir/b.cnz" 2>/dev/null
    cmp "$dir/a.cnz" "$dir/b.cnz"
    "$IMGCNN" compress -m tiny --threads 1 "$pictures/rgb.png" "$name" 2>/dev/null | cmp "$dir/a.cnz"
  done
  "$IMGCNN" compress -m tiny --threads 1 --quiet "$pictures/rgb.png" /dev/stderr 2>"$dir/b.cnz"
  cmp "$dir/a.cnz" "$dir/b.cnz"
  "$IMGCNN" compress -m tiny --threads 1 "$pictures/rgb.png" /dev/fd/7 7>"$dir/b.cnz" 2>/dev/null
  cmp "$dir/a.cnz" "$dir/b.cnz"
  "$IMGCNN" decompress "$dir/a.cnz" /dev/stdout >"$dir/b.png" 2>/dev/null
  imgcnn decompress "$dir/a.cnz" "$dir/a.png"
  cmp "$dir/a.png" "$dir/b.png"
  ln -s /dev/stdout "$dir/link.jpg"
  "$IMGCNN" decompress "$dir/a.cnz" "$dir/link.jpg" >"$dir/b.jpg" 2>/dev/null
  [ "$(head -c 2 "$dir/b.jpg" | od -An -tx1 | tr -d ' ')" = ffd8 ]
  compress_tiny --json "$pictures/rgb.png" /dev/stdout
  expect 2 "standard output is taken"
  compress_tiny "$pictures/rgb.png" /dev/fd/77
  expect 5 /dev/fd/77
}

# what FILE: its permissions and the seconds of its times.
what() { stat -c '%a %X %Y' "$1"; }

@test "an output has the permissions and the times of its input, both ways, alone and in a batch" {
  umask 022
  mkdir "$dir/in"
  for permissions in 600 640 755 444; do
    cp "$pictures/rgb.png" "$dir/in/$permissions.png"
    chmod "$permissions" "$dir/in/$permissions.png"
    touch -a -d @1000000000 "$dir/in/$permissions.png"
    touch -m -d @1100000000 "$dir/in/$permissions.png"
  done
  compress_tiny "$dir/in/600.png" "$dir/a.cnz"
  expect 0
  [ "$(what "$dir/a.cnz")" = "600 1000000000 1100000000" ]
  touch -a -d @1000000000 "$dir/in/600.png"
  compress_tiny -r "$dir/in" -o "$dir/out"
  expect 0
  for permissions in 600 640 755 444; do
    [ "$(what "$dir/out/$permissions.cnz")" = "$permissions 1000000000 1100000000" ]
  done
  imgcnn decompress -r "$dir/out" -o "$dir/back"
  for permissions in 600 640 755 444; do
    [ "$(stat -c '%a %Y' "$dir/back/$permissions.png")" = "$permissions 1100000000" ]
  done
}

@test "an output that was there keeps its permissions; a pipe has nothing to pass on" {
  umask 022
  cp "$pictures/rgb.png" "$dir/a.png"
  chmod 600 "$dir/a.png"
  touch -d @1100000000 "$dir/a.png"
  echo old >"$dir/a.cnz"
  chmod 664 "$dir/a.cnz"
  compress_tiny -f "$dir/a.png" "$dir/a.cnz"
  [ "$(stat -c '%a %Y' "$dir/a.cnz")" = "664 1100000000" ]
  cat "$dir/a.png" | compress_tiny - "$dir/b.cnz"
  [ "$(stat -c %a "$dir/b.cnz")" = 644 ]
  [ "$(stat -c %Y "$dir/b.cnz")" -gt 1700000000 ]
}
