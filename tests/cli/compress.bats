load helpers

@test "every kind of picture goes in and comes out with its size, channels and depth" {
  for name in rgb.png photo.jpg grey.png grey_alpha.png rgba.png rgb16.png grey16.png dot.png; do
    compress_tiny "$pictures/$name" "$dir/a.cnz" -f
    expect 0
    imgcnn info --json "$dir/a.cnz"
    before=$(grep -o '"width":[0-9]*,"height":[0-9]*,"channels":[0-9]*,"bit_depth":[0-9]*' <<<"$out")
    imgcnn decompress --json -f "$dir/a.cnz" "$dir/a.png"
    expect 0
    [[ "$out" == *"$before"* ]] || { echo "$name: $before against $out"; false; }
  done
}

@test "the same call gives the same bytes" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  compress_tiny "$pictures/rgb.png" "$dir/b.cnz"
  cmp "$dir/a.cnz" "$dir/b.cnz"
}

@test "standard input and output carry nothing but the payload" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  "$IMGCNN" compress -m tiny --threads 1 - - <"$pictures/rgb.png" >"$dir/b.cnz" 2>/dev/null
  cmp "$dir/a.cnz" "$dir/b.cnz"
  "$IMGCNN" decompress - - <"$dir/b.cnz" >"$dir/b.png" 2>/dev/null
  imgcnn decompress "$dir/a.cnz" "$dir/a.png"
  cmp "$dir/a.png" "$dir/b.png"
}

@test "--json gives one object, --quiet gives nothing" {
  compress_tiny --json "$pictures/rgb.png" "$dir/a.cnz"
  [[ "$out" == '{"input":'*'"bytes":'*'"bpp":'*'"seconds":'*'}' ]]
  compress_tiny --quiet "$pictures/rgb.png" "$dir/b.cnz"
  [ -z "$out$err" ]
}

@test "inputs that are no pictures end with 3 and leave nothing" {
  compress_tiny "$dir/none.png" "$dir/a.cnz"
  expect 3 "$dir/none.png"
  echo "not a picture" >"$dir/text.png"
  compress_tiny "$dir/text.png" "$dir/a.cnz"
  expect 3 "$dir/text.png"
  : >"$dir/empty.png"
  compress_tiny "$dir/empty.png" "$dir/a.cnz"
  expect 3 "$dir/empty.png"
  head -c 700 "$pictures/rgb.png" >"$dir/half.png"
  compress_tiny "$dir/half.png" "$dir/a.cnz"
  expect 3 "$dir/half.png"
  [ "$(files_in "$dir" | wc -l)" -eq 3 ]
}

@test "an existing output needs -f, the input is never the output" {
  echo precious >"$dir/a.cnz"
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  expect 5 "exists"
  [ "$(cat "$dir/a.cnz")" = precious ]
  compress_tiny -f "$pictures/rgb.png" "$dir/a.cnz"
  expect 0
  cp "$pictures/rgb.png" "$dir/p.png"
  ln "$dir/p.png" "$dir/link.cnz"
  for output in p.png ./p.png link.cnz; do
    compress_tiny -f "$dir/p.png" "$dir/$output"
    expect 2 "$dir/p.png"
  done
  cmp "$pictures/rgb.png" "$dir/p.png"
}

@test "outputs that cannot be written end with 5 and leave nothing" {
  compress_tiny "$pictures/rgb.png" "$dir/no/such/folder/a.cnz"
  expect 5 "no/such/folder"
  compress_tiny -f "$pictures/rgb.png" /dev/full
  expect 5 /dev/full
  mkdir "$dir/folder"
  compress_tiny -f "$pictures/rgb.png" "$dir/folder"
  expect 5 "$dir/folder"
  [ -z "$(files_in "$dir")" ]
}

# the_model_is FILE: whether a.cnz was coded by the model in FILE.
the_model_is() {
  imgcnn decompress -m "$1" -f "$dir/a.cnz" "$dir/a.ppm"
  expect 0
}

@test "--tune chooses between a model and its twin for the eye, which is the default where there is one" {
  cp "$WORK/tiny.safetensors" "$dir/twin-visual.safetensors"
  export IMGCNN_MODEL_PATH=$dir
  for options in "" "--tune visual"; do
    # shellcheck disable=SC2086
    imgcnn compress -f -m twin $options "$pictures/rgb.png" "$dir/a.cnz"
    expect 0
    the_model_is "$dir/twin-visual.safetensors"
  done
  imgcnn compress -m twin --tune psnr "$pictures/rgb.png" "$dir/b.cnz"
  expect 4 "model 'twin'"
  # A folder that comes first hides the twins of later ones.
  mkdir "$dir/own"
  cp "$WORK/tiny.safetensors" "$dir/own/twin.safetensors"
  rm "$dir/twin-visual.safetensors"
  cp "$ROOT/models/classic.safetensors" "$dir/twin-visual.safetensors"
  IMGCNN_MODEL_PATH=$dir/own:$dir imgcnn compress -f -m twin "$pictures/rgb.png" "$dir/a.cnz"
  expect 0
  the_model_is "$dir/own/twin.safetensors"
  imgcnn compress -f -m twin "$pictures/rgb.png" "$dir/a.cnz"
  expect 0
  the_model_is "$dir/twin-visual.safetensors"
  imgcnn compress -m "$dir/twin-visual.safetensors" --tune visual "$pictures/rgb.png" "$dir/b.cnz"
  expect 2 "not with a file"
  imgcnn compress --tune beauty "$pictures/rgb.png" "$dir/b.cnz"
  expect 2 beauty
  [ ! -e "$dir/b.cnz" ]
}

@test "a missing model is 4, a limit is 6, a folder without -r is 2" {
  imgcnn compress -m no_such_model "$pictures/rgb.png" "$dir/a.cnz"
  expect 4 no_such_model
  compress_tiny --max-pixels 1000 "$pictures/rgb.png" "$dir/a.cnz"
  expect 6 "$pictures/rgb.png"
  compress_tiny "$pictures" "$dir/a.cnz"
  expect 2 "-r"
  [ -z "$(files_in "$dir")" ]
}

@test "a signal leaves no temporary file behind" {
  mkdir "$dir/in"
  for i in $(seq 40); do cp "$pictures/rgb.png" "$dir/in/$i.png"; done
  "$IMGCNN" compress -m tiny --quiet -r "$dir/in" --output-dir "$dir/out" 2>/dev/null &
  pid=$!
  for _ in $(seq 200); do [ -e "$dir/out" ] && break; sleep 0.05; done
  kill -TERM "$pid"
  status=0
  wait "$pid" || status=$?
  [ "$status" -eq 143 ] || [ "$status" -eq 0 ]
  [ -z "$(find "$dir/out" -name '*.tmp.*')" ]
}
