load helpers

@test "the output's name or --format chooses the format" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  imgcnn decompress "$dir/a.cnz" "$dir/a.jpg"
  expect 0
  [ "$(head -c 2 "$dir/a.jpg" | od -An -tx1 | tr -d ' ')" = ffd8 ]
  imgcnn decompress --format ppm "$dir/a.cnz" "$dir/a.xyz"
  expect 0
  [ "$(head -c 2 "$dir/a.xyz")" = P6 ]
  imgcnn decompress "$dir/a.cnz" "$dir/a.xyz2"
  expect 2 xyz2
  imgcnn decompress "$dir/a.cnz" "$dir/noextension"
  expect 2 "--format"
}

@test "what a format cannot keep is said, and refused under --strict" {
  compress_tiny "$pictures/rgba.png" "$dir/a.cnz"
  imgcnn decompress "$dir/a.cnz" "$dir/a.jpg"
  expect 0
  [[ "$err" == *alpha* ]]
  imgcnn decompress --strict "$dir/a.cnz" "$dir/b.jpg"
  expect 2 alpha
  [ ! -e "$dir/b.jpg" ]
}

@test "a file finds its model by the id it carries" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  IMGCNN_MODEL_PATH=$dir imgcnn decompress "$dir/a.cnz" "$dir/a.png"
  expect 4 "$dir/a.cnz"
  IMGCNN_MODEL_PATH=$dir imgcnn decompress --dry-run "$dir/a.cnz" "$dir/a.png"
  expect 4 "$dir/a.cnz"
  IMGCNN_MODEL_PATH=$dir imgcnn decompress -m "$WORK/tiny.safetensors" "$dir/a.cnz" "$dir/a.png"
  expect 0
}

@test "another model is refused by name of both ids" {
  imgcnn train --preset "$TINY_PRESET" --data "$pictures/train" --out "$dir/run" --steps 1 --seed 9 --threads 1
  imgcnn export "$dir/run" "$dir/other.safetensors" --pictures 10
  expect 0
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  imgcnn info "$dir/a.cnz" --json
  wanted=$(sed 's/.*"model":"\([0-9a-f]*\)".*/\1/' <<<"$out")
  imgcnn info "$dir/other.safetensors" --json
  given=$(sed 's/.*"id":"\([0-9a-f]*\)".*/\1/' <<<"$out")
  imgcnn decompress -m "$dir/other.safetensors" "$dir/a.cnz" "$dir/a.png"
  expect 4 "$wanted"
  [[ "$err" == *"$given"* ]]
}

@test "preprocessing can be taken back" {
  compress_tiny --brightness 0.2 -q 90 "$pictures/rgb.png" "$dir/a.cnz"
  imgcnn decompress "$dir/a.cnz" "$dir/kept.png"
  imgcnn decompress --undo-preprocessing "$dir/a.cnz" "$dir/undone.png"
  expect 0
  if cmp -s "$dir/kept.png" "$dir/undone.png"; then false; fi
}

@test "existing outputs, /dev/full and limits" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  echo precious >"$dir/a.png"
  imgcnn decompress "$dir/a.cnz" "$dir/a.png"
  expect 5 exists
  imgcnn decompress -f --format png "$dir/a.cnz" /dev/full
  expect 5 /dev/full
  imgcnn decompress --max-pixels 100 "$dir/a.cnz" "$dir/b.png"
  expect 6 "$dir/a.cnz"
  cp "$dir/a.cnz" "$dir/c.png"
  imgcnn decompress -f "$dir/c.png" "$dir/c.png"
  expect 2
  cmp "$dir/a.cnz" "$dir/c.png"
}

@test "--png-level changes the size of PNG and nothing else" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  for level in 0 1 9; do
    imgcnn decompress --png-level $level "$dir/a.cnz" "$dir/$level.png"
    expect 0
  done
  imgcnn decompress --threads 1 --png-level 9 "$dir/a.cnz" "$dir/again.png"
  cmp "$dir/9.png" "$dir/again.png"
  [ "$(stat -c %s "$dir/0.png")" -gt "$(stat -c %s "$dir/1.png")" ]
  [ "$(stat -c %s "$dir/1.png")" -ge "$(stat -c %s "$dir/9.png")" ]
  for level in 0 1 9; do
    compress_tiny "$dir/$level.png" "$dir/$level.cnz"
  done
  cmp "$dir/0.cnz" "$dir/1.cnz"
  cmp "$dir/0.cnz" "$dir/9.cnz"
  for level in -1 10 high 1.5; do
    imgcnn decompress --png-level "$level" "$dir/a.cnz" "$dir/other.png"
    expect 2 png-level
    [ ! -e "$dir/other.png" ]
  done
}

@test "--region gives a part of the picture" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  imgcnn decompress -m "$WORK/tiny.safetensors" --region 3,2,7,5 "$dir/a.cnz" "$dir/part.ppm"
  expect 0 "7 x 5"
  [ "$(head -c 6 "$dir/part.ppm" | tr '\n' ' ')" = "P6 7 5" ]
  imgcnn decompress -m "$WORK/tiny.safetensors" --region 0,0,5000,1 "$dir/a.cnz" "$dir/other.ppm"
  expect 2 "$dir/a.cnz"
  [[ "$err" == *region* ]]
  [ ! -e "$dir/other.ppm" ]
  imgcnn decompress --region 1,2,3 "$dir/a.cnz" "$dir/other.ppm"
  expect 2 X,Y,W,H
}

@test "--preview gives an eighth of the size" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  imgcnn decompress -m "$WORK/tiny.safetensors" --preview "$dir/a.cnz" "$dir/small.ppm"
  expect 0
  imgcnn decompress -m "$WORK/tiny.safetensors" "$dir/a.cnz" "$dir/full.ppm"
  expect 0
  read -r w h <<<"$(head -c 20 "$dir/full.ppm" | sed -n '2p')"
  [ "$(head -c 20 "$dir/small.ppm" | sed -n '2p')" = "$(((w + 7) / 8)) $(((h + 7) / 8))" ]
  imgcnn decompress --preview --region 0,0,8,8 "$dir/a.cnz" "$dir/other.ppm"
  expect 2 region
}

@test "--preview needs the front of a file alone, and says when the rest is missing" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  imgcnn decompress -m "$WORK/tiny.safetensors" --preview "$dir/a.cnz" "$dir/small.ppm"
  imgcnn info --json "$dir/a.cnz"
  needed=$(sed 's/.*"preview_bytes":\([0-9]*\).*/\1/' <<<"$out")
  size=$(stat -c %s "$dir/a.cnz")
  [ "$needed" -lt "$size" ]
  for length in "$needed" $((needed + 1)) $((size - 1)); do
    head -c "$length" "$dir/a.cnz" >"$dir/cut.cnz"
    imgcnn decompress -m "$WORK/tiny.safetensors" -f --preview "$dir/cut.cnz" "$dir/front.ppm"
    expect 0 "ends early"
    cmp "$dir/front.ppm" "$dir/small.ppm"
    imgcnn decompress -m "$WORK/tiny.safetensors" "$dir/cut.cnz" "$dir/full.ppm"
    expect 3 "a preview can still be shown"
  done
  head -c $((needed - 1)) "$dir/a.cnz" >"$dir/cut.cnz"
  imgcnn decompress -m "$WORK/tiny.safetensors" --preview "$dir/cut.cnz" "$dir/other.ppm"
  expect 3 "a preview needs its first $needed bytes"
  [ ! -e "$dir/other.ppm" ] && [ ! -e "$dir/full.ppm" ]
}
