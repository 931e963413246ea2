load helpers

# insert FILE OFFSET BYTES: to stdout, BYTES in printf's notation.
insert() {
  head -c "$2" "$1"
  printf "$3"
  tail -c "+$(($2 + 1))" "$1"
}

@test "a gamma that cannot be kept is said, refused under --strict, of no interest under --strip" {
  insert "$pictures/rgb.png" 33 '\0\0\0\4gAMA\0\1\206\240\61\350\226\137' >"$dir/linear.png"
  compress_tiny "$dir/linear.png" "$dir/a.cnz"
  expect 0
  [[ "$err" == "imgcnn: warning: $dir/linear.png: gamma and primaries cannot be kept"* ]]
  compress_tiny --strict "$dir/linear.png" "$dir/b.cnz"
  expect 3 "$dir/linear.png: gamma"
  [ ! -e "$dir/b.cnz" ]
  compress_tiny --strict --strip "$dir/linear.png" "$dir/c.cnz"
  expect 0
  [[ "$err" != *warning* ]]
}

@test "frames of an animation are not dropped in silence" {
  insert "$pictures/rgb.png" 33 '\0\0\0\10acTL\0\0\0\2\0\0\0\0\363\215\223\160' >"$dir/moving.png"
  compress_tiny "$dir/moving.png" "$dir/a.cnz"
  expect 0
  [[ "$err" == *"warning: $dir/moving.png: animation frames cannot be kept"* ]]
  compress_tiny --strict --strip "$dir/moving.png" "$dir/b.cnz"
  expect 3 "animation frames"
  [ ! -e "$dir/b.cnz" ]
}

@test "ordinary pictures pass --strict" {
  for name in rgb.png photo.jpg grey.png grey_alpha.png rgba.png rgb16.png dot.png; do
    compress_tiny --strict -f "$pictures/$name" "$dir/a.cnz"
    expect 0
  done
}

@test "an ICC profile comes back, or its loss is said; --strip leaves it out" {
  insert "$pictures/photo.jpg" 2 '\377\342\0\41ICC_PROFILE\0\1\1THE-PROFILE-BYTES' >"$dir/wide.jpg"
  compress_tiny "$dir/wide.jpg" "$dir/a.cnz"
  expect 0
  imgcnn info --json "$dir/a.cnz"
  [[ "$out" == *'"name":"ICC'* || "$out" == *'"name":"icc'* ]] || { echo "$out"; false; }
  imgcnn decompress --strict "$dir/a.cnz" "$dir/a.jpg"
  expect 0
  grep -q THE-PROFILE-BYTES "$dir/a.jpg"
  imgcnn decompress "$dir/a.cnz" "$dir/a.bmp"
  expect 0
  [[ "$err" == *"ICC profile"* ]]
  imgcnn decompress --strict "$dir/a.cnz" "$dir/b.bmp"
  expect 2 "ICC profile"
  [ ! -e "$dir/b.bmp" ]
  compress_tiny --strip -f "$dir/wide.jpg" "$dir/a.cnz"
  imgcnn info --json "$dir/a.cnz"
  [[ "$out" != *'"name":"ICC'* && "$out" != *'"name":"icc'* ]]
}

@test "16 bits stay 16 bits, or their loss is said" {
  compress_tiny "$pictures/rgb16.png" "$dir/a.cnz"
  imgcnn decompress --strict --json "$dir/a.cnz" "$dir/a.png"
  expect 0
  [[ "$out" == *'"bit_depth":16'* ]]
  [ "$(od -An -tu1 -j 24 -N 1 "$dir/a.png" | tr -d ' ')" -eq 16 ]
  imgcnn decompress "$dir/a.cnz" "$dir/a.jpg"
  expect 0
  [[ "$err" == *"16-bit samples"* ]]
  imgcnn decompress --strict "$dir/a.cnz" "$dir/b.jpg"
  expect 2 "16-bit samples"
  [ ! -e "$dir/b.jpg" ]
}

@test "colours that are not grey or RGB are refused" {
  # The JPEG's header says four components: what libjpeg takes for CMYK.
  frame=$(LC_ALL=C grep -obUaP '\xff\xc0' "$pictures/photo.jpg" | head -n 1 | cut -d : -f 1)
  insert "$pictures/photo.jpg" "$((frame + 19))" '\4\42\0' >"$dir/cmyk.jpg"
  printf '\24' | dd of="$dir/cmyk.jpg" bs=1 seek="$((frame + 3))" conv=notrunc status=none
  printf '\4' | dd of="$dir/cmyk.jpg" bs=1 seek="$((frame + 9))" conv=notrunc status=none
  compress_tiny "$dir/cmyk.jpg" "$dir/a.cnz"
  expect 3 "$dir/cmyk.jpg"
  [[ "$err" == *CMYK* ]]
  [ ! -e "$dir/a.cnz" ]
}
