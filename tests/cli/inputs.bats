load helpers

# warned_and_refused FILE TEXT: compressed with a warning, and refused under --strict, both of which hold TEXT.
warned_and_refused() {
  compress_tiny -f "$1" "$dir/a.cnz"
  expect 0
  [[ "$err" == "imgcnn: warning: $1: "*"$2"* ]] || { echo "$err"; false; }
  rm "$dir/a.cnz"
  compress_tiny --strict "$1" "$dir/a.cnz"
  expect 3 "$1: "
  [[ "$err" == *"$2"* ]]
  [ ! -e "$dir/a.cnz" ]
}

# pixels FILE: what a file decodes to with the tiny model at its best, as raw PNM, on stdout.
pixels() {
  compress_tiny -f -q 100 "$1" "$dir/p.cnz"
  imgcnn decompress -f "$dir/p.cnz" "$dir/p.ppm"
  cat "$dir/p.ppm"
}

@test "what lies behind a picture is not dropped in silence" {
  { cat "$pictures/photo.jpg"; printf 'ftypmp42 a video'; } >"$dir/motion.jpg"
  warned_and_refused "$dir/motion.jpg" "what lies behind the picture (16 bytes) cannot be kept"
  cat "$pictures/train0.ppm" "$pictures/train0.ppm" >"$dir/two.ppm"
  warned_and_refused "$dir/two.ppm" "further pictures cannot be kept"
}

@test "a JPEG whose end marker is missing is taken with a warning, one with missing blocks is not" {
  head -c -2 "$pictures/photo.jpg" >"$dir/endless.jpg"
  warned_and_refused "$dir/endless.jpg" "no end marker"
  pixels "$pictures/photo.jpg" >"$dir/whole"
  pixels "$dir/endless.jpg" | cmp - "$dir/whole"
  head -c -40 "$pictures/photo.jpg" >"$dir/cut.jpg"
  compress_tiny "$dir/cut.jpg" "$dir/cut.cnz"
  expect 3 "$dir/cut.jpg: damaged JPEG"
}

@test "pictures that other formats hold come out the same" {
  compress_tiny -q 100 "$pictures/rgb.png" "$dir/rgb.cnz"
  imgcnn decompress "$dir/rgb.cnz" "$dir/rgb.png"
  pixels "$dir/rgb.png" >"$dir/expected"
  for format in tif bmp pam ppm; do
    imgcnn decompress "$dir/rgb.cnz" "$dir/rgb.$format"
    expect 0
    pixels "$dir/rgb.$format" | cmp - "$dir/expected"
  done
}

@test "what is known and not handled is named" {
  printf 'GIF89a\1\0\1\0\0\0\0;' >"$dir/a.gif"
  compress_tiny "$dir/a.gif" "$dir/a.cnz"
  expect 3 "$dir/a.gif: GIF is not handled"
  printf 'P7\nWIDTH 1\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE CMYK\nENDHDR\nabcd' >"$dir/cmyk.pam"
  compress_tiny "$dir/cmyk.pam" "$dir/a.cnz"
  expect 3 "$dir/cmyk.pam: PAM of tuple type CMYK is not handled"
}

@test "every extension of a picture is found by -r" {
  mkdir "$dir/in"
  for extension in jfif jpe jpg; do cp "$pictures/photo.jpg" "$dir/in/$extension.$extension"; done
  cp "$pictures/train0.ppm" "$dir/in/pnm.pnm"
  printf 'P4\n8 1\n\125' >"$dir/in/pbm.pbm"
  imgcnn compress -m tiny -r "$dir/in" -o "$dir/out"
  expect 0
  [[ "$err" == *"5 ok, 0 failed"* ]]
}

@test "a picture too wide for WebP is refused by its width" {
  { printf 'P5\n16400 1\n255\n'; head -c 16400 /dev/zero; } >"$dir/wide.pgm"
  compress_tiny "$dir/wide.pgm" "$dir/wide.cnz"
  imgcnn decompress "$dir/wide.cnz" "$dir/wide.webp"
  [ "$status" -eq 2 ]
  [[ "$err" == *"16383 pixels a side"* ]]
  [ ! -e "$dir/wide.webp" ]
}
