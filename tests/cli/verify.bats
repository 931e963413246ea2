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
  [ "$(tail -n 1 <<<"$err")" = "1 ok, 1 failed" ]
}
