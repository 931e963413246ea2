load helpers

setup() {
  dir=$BATS_TEST_TMPDIR
  pictures=$WORK/pictures
  mkdir -p "$dir/in/sub"
  cp "$pictures/rgb.png" "$dir/in/a.png"
  cp "$pictures/photo.jpg" "$dir/in/sub/b.jpg"
}

@test "--suffix names outputs, beside their inputs or in a folder" {
  compress_tiny --suffix .cnz "$dir/in/a.png" "$dir/in/sub/b.jpg"
  expect 0
  [ -f "$dir/in/a.cnz" ] && [ -f "$dir/in/sub/b.cnz" ]
  compress_tiny --suffix '_small.{ext}.cnz' -r "$dir/in" -o "$dir/out"
  expect 0
  [ -f "$dir/out/a_small.png.cnz" ] && [ -f "$dir/out/sub/b_small.jpg.cnz" ]
  imgcnn decompress --suffix _back.jpg "$dir/in/a.cnz"
  expect 0
  [ "$(head -c 2 "$dir/in/a_back.jpg" | od -An -tx1 | tr -d ' ')" = ffd8 ]
  compress_tiny --suffix sub/x "$dir/in/a.png"
  expect 2
  compress_tiny --suffix '' "$dir/in/a.png"
  expect 2
}

@test "one stem twice: refused, and {ext} is the way out" {
  cp "$pictures/photo.jpg" "$dir/in/a.jpg"
  compress_tiny -r "$dir/in" -o "$dir/out"
  expect 2 "{ext}"
  [ ! -e "$dir/out" ]
  compress_tiny -r "$dir/in" -o "$dir/out" --suffix '.{ext}.cnz'
  expect 0
  [ "$(files_in "$dir/out" | wc -l)" -eq 3 ]
}

@test "one name in two folders: refused, and a list is the way out" {
  cd "$dir"
  mkdir g1 g2
  cp in/a.png g1
  cp in/a.png g2
  compress_tiny g1/a.png g2/a.png -o out
  expect 2 "(in a --filelist they keep their folders)"
  printf '%s\n' g1/a.png g2/a.png >list
  compress_tiny --filelist list -o out
  expect 0
  [ -s out/g1/a.cnz ] && [ -s out/g2/a.cnz ]
  cd g1
  compress_tiny a.png ../g2/a.png -o out
  expect 2 "(another --output-dir for one of them keeps them apart)"
  compress_tiny a.png ./a.png -o out
  expect 2 "(it is named twice)"
  cp "$pictures/photo.jpg" a.jpg
  compress_tiny a.png a.jpg -o out --suffix _small.cnz
  expect 2 "(--suffix .{ext}_small.cnz keeps them apart)"
  compress_tiny a.png a.jpg -o out --suffix '.{ext}_small.cnz'
  expect 0
}

@test "a byte order mark is no part of a list's first name" {
  cd "$dir"
  printf '\xef\xbb\xbfin/a.png\r\nin/sub/b.jpg\r\n' >list
  compress_tiny --filelist list -o out
  expect 0
  [ -s out/in/a.cnz ] && [ -s out/in/sub/b.cnz ]
}

@test "an input is no other input's output, not even with -f" {
  cp "$dir/in/sub/b.jpg" "$dir/in/a.jpg"
  compress_tiny -f --suffix .png "$dir/in/a.jpg" "$dir/in/a.png"
  expect 2 "$dir/in/a.png"
  cmp "$pictures/rgb.png" "$dir/in/a.png"
}

@test "--filelist takes lines, or names with NUL, from a file or standard input" {
  cd "$dir"
  printf 'in/a.png\n\nin/sub/b.jpg' >list
  compress_tiny --filelist list -o lines
  expect 0
  [ -f lines/in/a.cnz ] && [ -f lines/in/sub/b.cnz ]
  cp in/a.png "in/line
feed.png"
  find in -name '*.png' -print0 >list0
  compress_tiny -0 --filelist - -o nul <list0
  expect 0
  [ -f "nul/in/line
feed.cnz" ]
  [ "$(files_in nul | grep -c cnz)" -ge 2 ]
  printf '%s\n' "$dir/in/a.png" | imgcnn compress -m tiny --filelist - -o rooted
  expect 0
  [ -f "rooted$dir/in/a.cnz" ]
  compress_tiny --filelist none -o out
  expect 3 none
  echo ../x.png >list
  compress_tiny --filelist list -o out
  expect 2 ../x.png
  compress_tiny -0 in/a.png -o out
  expect 2
  compress_tiny --filelist list a.png b.cnz
  expect 2 --filelist
}

@test "--skip-existing leaves what is there and does the rest" {
  mkdir "$dir/out"
  echo precious >"$dir/out/a.cnz"
  compress_tiny --json --skip-existing -r "$dir/in" -o "$dir/out"
  expect 0
  [ "$(cat "$dir/out/a.cnz")" = precious ]
  [ -s "$dir/out/sub/b.cnz" ]
  [[ "$out" == *'"status":"skipped"'*'"status":"ok"'* ]]
  [[ "$(tail -n 1 <<<"$err")" == "1 ok, 0 failed, 1 skipped"* ]]
  compress_tiny --skip-existing "$dir/in/a.png" "$dir/out/a.cnz"
  expect 0
  [ "$(cat "$dir/out/a.cnz")" = precious ]
  compress_tiny --skip-existing -f -r "$dir/in" -o "$dir/out"
  expect 2
}

@test "--dry-run says what would happen, with the status of it, and writes nothing" {
  echo text >"$dir/in/c.png"
  before=$(files_in "$dir")
  compress_tiny --dry-run -r "$dir/in" -o "$dir/out"
  [ "$status" -eq 1 ]
  [[ "$err" == *"$dir/in/a.png -> $dir/out/a.cnz: would be written"* ]]
  [[ "$err" == *"imgcnn: $dir/in/c.png: "* ]]
  [[ "$(tail -n 1 <<<"$err")" == "2 ok, 1 failed"* ]]
  [ ! -e "$dir/out" ]
  compress_tiny -n --json "$dir/in/a.png" "$dir/a.cnz"
  expect 0
  [[ "$out" == *'"status":"planned"}' ]]
  compress_tiny -n "$dir/in/a.png" "$dir/none/a.cnz"
  expect 5 none/a.cnz
  compress_tiny -n "$dir/none.png" "$dir/a.cnz"
  expect 3 none.png
  imgcnn compress -n -m no_such_model "$dir/in/a.png" "$dir/a.cnz"
  expect 4 no_such_model
  [ "$(files_in "$dir")" = "$before" ]
  echo precious >"$dir/a.cnz"
  compress_tiny -n "$dir/in/a.png" "$dir/a.cnz"
  expect 5 exists
  compress_tiny -f "$dir/in/a.png" "$dir/a.cnz"
  imgcnn decompress -n -m no_such_model "$dir/a.cnz" "$dir/a.png"
  expect 4 no_such_model
  imgcnn decompress -n "$dir/a.cnz" "$dir/a.png"
  expect 0
  [ ! -e "$dir/a.png" ]
}
