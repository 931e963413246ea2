load helpers

# jpeg_with MARKER...: photo.jpg with APP segments, each "E1 TEXT" in printf's notation, on stdout.
jpeg_with() {
  head -c 2 "$pictures/photo.jpg"
  for marker in "$@"; do
    size=$(printf "${marker#* }" | wc -c)
    printf "\\xff\\x${marker%% *}\\x$(printf %02x $(((size + 2) / 256)))\\x$(printf %02x $(((size + 2) % 256)))"
    printf "${marker#* }"
  done
  tail -c +3 "$pictures/photo.jpg"
}

# EXIF of big-endian TIFF structure: orientation $1 and a description.
exif() {
  printf '%s' 'E1 Exif\0\0MM\0*\0\0\0\10\0\2\1\22\0\3\0\0\0\1\0\'"$1"'\0\0\1\16\0\2\0\0\0\20\0\0\0\46\0\0\0\0\0A-DESCRIPTION-!\0'
}
readonly xmp='E1 http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/">AN-XMP-PACKET</x:xmpmeta>'

# alpha_of FILE.cnz: its alpha section, which is a PNG.
alpha_of() {
  imgcnn info --json "$1"
  at=$(LC_ALL=C grep -obUaP '\x89PNG' "$1" | head -n 1 | cut -d : -f 1)
  size=$(sed 's/.*"name":"alpha"[^}]*"bytes":\([0-9]*\).*/\1/' <<<"$out")
  tail -c "+$((at + 1))" "$1" | head -c "$size"
}

@test "EXIF and XMP come back in JPEG and PNG; --strip leaves them out" {
  jpeg_with "$(exif 1)" "$xmp" >"$dir/in.jpg"
  compress_tiny --strict "$dir/in.jpg" "$dir/a.cnz"
  expect 0
  for format in jpg png; do
    imgcnn decompress --strict "$dir/a.cnz" "$dir/out.$format"
    expect 0
    grep -qa 'A-DESCRIPTION-!' "$dir/out.$format"
    grep -qa 'AN-XMP-PACKET' "$dir/out.$format"
  done
  imgcnn decompress "$dir/a.cnz" "$dir/out.bmp"
  expect 0
  [[ "$err" == *"bmp cannot keep EXIF"* && "$err" == *"bmp cannot keep XMP"* ]]
  imgcnn decompress --strict "$dir/a.cnz" "$dir/strict.bmp"
  expect 2 EXIF
  compress_tiny --strip "$dir/in.jpg" "$dir/bare.cnz"
  imgcnn info --json "$dir/bare.cnz"
  [[ "$out" != *exif* && "$out" != *xmp* ]]
  imgcnn decompress "$dir/bare.cnz" "$dir/bare.jpg"
  if grep -qaE 'DESCRIPTION|XMP' "$dir/bare.jpg"; then false; fi
}

@test "a picture taken with a turned camera comes out upright, and no viewer turns it again" {
  for option in --strict --strip; do
    jpeg_with "$(exif 6)" >"$dir/in.jpg"
    compress_tiny -f $option "$dir/in.jpg" "$dir/a.cnz"
    expect 0
    imgcnn decompress -f --json "$dir/a.cnz" "$dir/out.jpg"
    [[ "$out" == *'"width":80,"height":120'* ]] || { echo "$out"; false; }
    if LC_ALL=C grep -qaP '\x01\x12\x00\x03\x00\x00\x00\x01\x00[\x02-\x08]' "$dir/out.jpg"; then false; fi
  done
  imgcnn decompress --region 0,100,80,20 -f "$dir/a.cnz" "$dir/part.ppm"
  expect 0
}

@test "alpha is kept exactly, and stays out of pictures without" {
  for name in rgba grey_alpha; do
    compress_tiny -q 5 "$pictures/$name.png" "$dir/$name.cnz"
    imgcnn decompress "$dir/$name.cnz" "$dir/$name.png"
    compress_tiny -q 5 "$dir/$name.png" "$dir/again_$name.cnz"
    expect 0
    alpha_of "$dir/$name.cnz" >"$dir/first.png"
    alpha_of "$dir/again_$name.cnz" >"$dir/second.png"
    [ "$(wc -c <"$dir/first.png")" -gt 60 ]
    cmp "$dir/first.png" "$dir/second.png"
  done
  compress_tiny "$pictures/rgb.png" "$dir/rgb.cnz"
  imgcnn info --json "$dir/rgb.cnz"
  [[ "$out" != *alpha* ]]
}

@test "grey stays grey and deep stays deep, in every format that can" {
  compress_tiny "$pictures/grey16.png" "$dir/a.cnz"
  imgcnn info --json "$dir/a.cnz"
  [[ "$out" == *'"channels":1,"bit_depth":16'* ]]
  for format in png tif pgm; do
    imgcnn decompress --strict "$dir/a.cnz" "$dir/a.$format"
    expect 0
    compress_tiny -f "$dir/a.$format" "$dir/b.cnz"
    imgcnn info --json "$dir/b.cnz"
    [[ "$out" == *'"channels":1,"bit_depth":16'* ]] || { echo "$format: $out"; false; }
  done
}
