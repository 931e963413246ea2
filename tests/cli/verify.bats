load helpers

@test "verify says ok for good files and writes nothing" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  imgcnn verify "$dir/a.cnz"
  expect 0
  [ "$out" = "$dir/a.cnz: ok" ]
  [ "$(files_in "$dir")" = "$dir/a.cnz" ]
}

@test "verify goes on after a bad file and counts" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  head -c 50 "$dir/a.cnz" >"$dir/b.cnz"
  imgcnn verify "$dir/b.cnz"
  expect 3 "$dir/b.cnz"
  imgcnn verify "$dir/b.cnz" "$dir/a.cnz"
  [ "$status" -eq 1 ]
  [ "$out" = "$dir/a.cnz: ok" ]
  [[ "$(tail -n 1 <<<"$err")" == "1 ok, 1 failed"* ]]
}

@test "verify takes folders and lists, and speaks JSON" {
  mkdir -p "$dir/in/sub"
  compress_tiny "$pictures/rgb.png" "$dir/in/a.cnz"
  compress_tiny "$pictures/grey.png" "$dir/in/sub/b.cnz"
  imgcnn verify -r --json "$dir/in"
  expect 0
  [ "$(grep -c '"status":"ok"' <<<"$out")" -eq 2 ]
  [[ "$(tail -n 1 <<<"$err")" == "2 ok, 0 failed"* ]]
  imgcnn verify "$dir/in"
  expect 2 "-r"
  printf '%s\0' "$dir/in/a.cnz" >"$dir/list"
  imgcnn verify -0 --filelist "$dir/list"
  expect 0
  [ "$out" = "$dir/in/a.cnz: ok" ]
  imgcnn verify - <"$dir/in/a.cnz"
  expect 0
  [ "$out" = "-: ok" ]
  imgcnn verify
  expect 2
  head -c 40 "$dir/in/a.cnz" >"$dir/in/cut.cnz"
  imgcnn verify --json "$dir/in/cut.cnz"
  [ "$status" -eq 3 ]
  [[ "$out" == *'"status":"failed"'*'"exit_code":3'* ]]
}
