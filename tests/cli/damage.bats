load helpers

@test "truncated and altered files end with 3 and leave no output" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  size=$(stat -c %s "$dir/a.cnz")
  for length in 0 1 3 10 $((size / 2)) $((size - 1)); do
    head -c "$length" "$dir/a.cnz" >"$dir/cut.cnz"
    imgcnn decompress "$dir/cut.cnz" "$dir/cut.png"
    expect 3 "$dir/cut.cnz"
  done
  for offset in 0 5 $((size / 2)) $((size - 2)); do
    cp "$dir/a.cnz" "$dir/bad.cnz"
    byte=$(od -An -tu1 -j "$offset" -N 1 "$dir/a.cnz")
    printf "\\$(printf %o $((byte ^ 1)))" | dd of="$dir/bad.cnz" bs=1 seek="$offset" conv=notrunc status=none
    imgcnn decompress "$dir/bad.cnz" "$dir/bad.png"
    expect 3 "$dir/bad.cnz"
  done
  cp "$dir/a.cnz" "$dir/long.cnz"
  echo more >>"$dir/long.cnz"
  imgcnn decompress "$dir/long.cnz" "$dir/long.png"
  expect 3 "$dir/long.cnz"
  imgcnn decompress "$pictures/rgb.png" "$dir/png.png"
  expect 3 "$pictures/rgb.png"
  [ -z "$(find "$dir" -name '*.png' -o -name '*.tmp.*')" ]
}

@test "damaged models are refused" {
  head -c 5000 "$WORK/tiny.safetensors" >"$dir/cut.safetensors"
  imgcnn compress -m "$dir/cut.safetensors" "$pictures/rgb.png" "$dir/a.cnz"
  [ "$status" -eq 3 ] || [ "$status" -eq 4 ]
  [[ "$err" == *cut.safetensors* ]]
  echo text >"$dir/text.safetensors"
  imgcnn compress -m "$dir/text.safetensors" "$pictures/rgb.png" "$dir/a.cnz"
  [ "$status" -eq 3 ] || [ "$status" -eq 4 ]
  [ ! -e "$dir/a.cnz" ]
}
