load helpers

# 2200 x 70 pixels: three tiles of 11 or 12 positions of the hyper-latent, 64 pixels each; seams at x = 704 and 1472.
setup_file() {
  export wide=$BATS_FILE_TMPDIR/wide.ppm
  "$IMGCNN" decompress --quiet <("$IMGCNN" compress --quiet -m tiny "$WORK/pictures/train/train0.png" -) "$BATS_FILE_TMPDIR/a.ppm" --format ppm
  {
    printf 'P6\n2200 70\n255\n'
    for _ in 1 2 3 4 5 6; do tail -c 92160 "$BATS_FILE_TMPDIR/a.ppm"; done | head -c $((2200 * 70 * 3))
  } >"$wide"
}

@test "a large picture goes in tiles and comes back whole" {
  compress_tiny "$wide" "$dir/a.cnz"
  expect 0
  imgcnn info --json "$dir/a.cnz"
  [[ "$out" == *'"width":2200,"height":70'* ]]
  imgcnn verify "$dir/a.cnz"
  expect 0
  imgcnn decompress "$dir/a.cnz" "$dir/a.ppm"
  expect 0
  [ "$(stat -c %s "$dir/a.ppm")" -eq "$(stat -c %s "$wide")" ]
}

@test "a region across the seam is the same as in the whole picture, to rounding" {
  compress_tiny "$wide" "$dir/a.cnz"
  imgcnn decompress "$dir/a.cnz" "$dir/whole.ppm"
  imgcnn decompress --region 1454,8,40,20 "$dir/a.cnz" "$dir/part.ppm"
  expect 0
  pixels_of "$dir/whole.ppm" | awk '{ i = int((NR - 1) / 3); x = i % 2200; y = int(i / 2200) }
    x >= 1454 && x < 1494 && y >= 8 && y < 28' >"$dir/cut"
  pixels_of "$dir/part.ppm" >"$dir/part"
  [ "$(wc -l <"$dir/part")" -eq $((40 * 20 * 3)) ]
  [ "$(sort -u "$dir/part" | wc -l)" -gt 3 ]
  paste "$dir/cut" "$dir/part" | awk 'NF != 2 || $1 - $2 > 1 || $2 - $1 > 1 { exit 1 }'
}

@test "damage in one tile is found" {
  compress_tiny "$wide" "$dir/a.cnz"
  size=$(stat -c %s "$dir/a.cnz")
  cp "$dir/a.cnz" "$dir/bad.cnz"
  printf '\377\0\377' | dd of="$dir/bad.cnz" bs=1 seek=$((size - 40)) conv=notrunc status=none
  imgcnn decompress "$dir/bad.cnz" "$dir/bad.ppm"
  expect 3 "$dir/bad.cnz"
  imgcnn verify "$dir/bad.cnz"
  expect 3 "$dir/bad.cnz"
  head -c $((size * 2 / 3)) "$dir/a.cnz" >"$dir/cut.cnz"
  imgcnn decompress --region 0,0,8,8 "$dir/cut.cnz" "$dir/cut.ppm"
  expect 3 "$dir/cut.cnz"
  [ -z "$(find "$dir" -name '*.ppm')" ]
}

@test "a header of a few bytes claims no memory: pictures beyond the limit are refused at once" {
  printf 'P6\n60000 60000\n255\n' >"$dir/bomb.ppm"
  compress_tiny "$dir/bomb.ppm" "$dir/a.cnz"
  [ "$status" -eq 6 ] || [ "$status" -eq 3 ]
  compress_tiny --max-pixels 100000 "$wide" "$dir/a.cnz"
  expect 6 "$wide"
  compress_tiny "$wide" "$dir/a.cnz"
  imgcnn decompress --max-pixels 100000 "$dir/a.cnz" "$dir/a.ppm"
  expect 6 "$dir/a.cnz"
  [ ! -e "$dir/a.ppm" ]
}
