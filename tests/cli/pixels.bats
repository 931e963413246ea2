load helpers

# stripes WIDTH HEIGHT: a PPM of hatching in two colours.
stripes() {
  printf 'P6\n%d %d\n255\n' "$1" "$2"
  awk -v w="$1" -v h="$2" 'BEGIN { for (y = 0; y < h; ++y) for (x = 0; x < w; ++x) printf ((x + y) % 3 ? "aZ0" : "}~k") }'
}

@test "--lossless gives every sample back" {
  stripes 83 45 >"$dir/a.ppm"
  compress_tiny --lossless "$dir/a.ppm" "$dir/a.cnz"
  expect 0
  [[ "$err$out" == *"100.0 % as pixels"* ]]
  imgcnn decompress "$dir/a.cnz" "$dir/b.ppm"
  cmp "$dir/a.ppm" "$dir/b.ppm"
  for picture in rgb rgba grey16; do
    [ -e "$pictures/$picture.png" ] || continue
    compress_tiny --lossless -f "$pictures/$picture.png" "$dir/a.cnz"
    imgcnn decompress -f "$dir/a.cnz" "$dir/b.pam"
    imgcnn decompress -f "$dir/a.cnz" "$dir/b.png"
    compress_tiny --lossless -f "$dir/b.png" "$dir/c.cnz"
    cmp "$dir/a.cnz" "$dir/c.cnz"
  done
  imgcnn verify "$dir/a.cnz"
  expect 0
}

@test "--lossless leaves no room for a quality, a target or --no-pixels" {
  for other in "-q 50" "--target-size 1K" "--target-psnr 40" --no-pixels; do
    compress_tiny --lossless $other "$pictures/rgb.png" "$dir/a.cnz"
    expect 2 --lossless
    [ ! -e "$dir/a.cnz" ]
  done
}

@test "what is drawn is coded as pixels, which info tells and --no-pixels forbids" {
  stripes 64 64 >"$dir/a.ppm"
  compress_tiny -q 100 "$dir/a.ppm" "$dir/a.cnz"
  expect 0
  imgcnn info "$dir/a.cnz"
  [[ "$out" == *"section        pixels, "* ]]
  [[ "$out" == *"pixels         100.0 % of blocks"* ]]
  imgcnn info --json "$dir/a.cnz"
  [[ "$out" == *'"pixel_share":1.0'* ]]
  imgcnn decompress "$dir/a.cnz" "$dir/b.ppm"
  cmp "$dir/a.ppm" "$dir/b.ppm"
  compress_tiny --json -f "$dir/a.ppm" "$dir/a.cnz"
  [[ "$out" == *'"pixel_share":1'* ]]

  compress_tiny --no-pixels -f "$dir/a.ppm" "$dir/a.cnz"
  expect 0
  imgcnn info "$dir/a.cnz"
  [[ "$out" != *pixels* ]]
}

@test "targets are met with pixels, too" {
  stripes 200 120 >"$dir/a.ppm"
  compress_tiny --target-size 600 "$dir/a.ppm" "$dir/a.cnz"
  expect 0
  [ "$(stat -c %s "$dir/a.cnz")" -le 600 ]
  compress_tiny --target-psnr 50 -f "$dir/a.ppm" "$dir/a.cnz"
  expect 0
  imgcnn decompress "$dir/a.cnz" "$dir/b.ppm"
  cmp "$dir/a.ppm" "$dir/b.ppm"
}
