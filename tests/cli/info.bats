load helpers

@test "info answers in a moment and never loads LibTorch or OpenCV" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  expect 0
  [ -z "$(ldd "$IMGCNN" | grep -E 'torch|opencv')" ]
  LD_DEBUG=files "$IMGCNN" info "$dir/a.cnz" 2>"$dir/libraries" >/dev/null
  [ -z "$(grep -E 'torch|opencv|engine' "$dir/libraries")" ]
  start=$(date +%s%N)
  for _ in 1 2 3 4 5; do "$IMGCNN" info "$dir/a.cnz" >/dev/null; done
  [ $((($(date +%s%N) - start) / 5000000)) -lt 100 ]
}

@test "info shows size, quality and model of a file" {
  compress_tiny -q 42.5 "$pictures/rgb.png" "$dir/a.cnz"
  imgcnn info --json "$dir/a.cnz"
  expect 0
  for part in '"width":97' '"height":61' '"channels":3' '"bit_depth":8' '"quality":42.5' '"mirrored":false' '"transposed":false' '"model":"'; do
    [[ "$out" == *"$part"* ]] || { echo "$part is missing in $out"; false; }
  done
  coding=$(sed 's/.*"coding":"\([a-z]*\)".*/\1/' <<<"$out")
  [ "$coding" = context ]
  compress_tiny -e 1 -f "$pictures/rgb.png" "$dir/a.cnz"
  imgcnn info --json "$dir/a.cnz"
  [[ "$out" == *'"coding":"tables"'* ]]
  compress_tiny -f -q 42.5 "$pictures/rgb.png" "$dir/a.cnz"
  imgcnn info "$WORK/tiny.safetensors" --json
  id=$(sed 's/.*"id":"\([0-9a-f]*\)".*/\1/' <<<"$out")
  [ ${#id} -eq 16 ]
  imgcnn info "$dir/a.cnz"
  [[ "$out" == *"$id"* ]]
}

@test "info tells what a preview needs, and what is left of a file that is cut short" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  imgcnn info "$dir/a.cnz"
  expect 0
  needed=$(sed -n 's/^preview  *first \([0-9]*\) bytes$/\1/p' <<<"$out")
  [ -n "$needed" ]
  [[ "$out" != *cut* ]]
  head -c "$((needed + 3))" "$dir/a.cnz" >"$dir/cut.cnz"
  imgcnn info --json "$dir/cut.cnz"
  [ "$status" -eq 3 ]
  [[ "$err" == "imgcnn: $dir/cut.cnz: "*"a preview can still be shown" ]]
  for part in '"width":97' '"height":61' '"model":"' '"cut":true' "\"preview_bytes\":$needed"; do
    [[ "$out" == *"$part"* ]] || { echo "$part is missing in $out"; false; }
  done
  head -c "$((needed - 1))" "$dir/a.cnz" >"$dir/cut.cnz"
  imgcnn info "$dir/cut.cnz"
  [ "$status" -eq 3 ]
  [[ "$err" == "imgcnn: $dir/cut.cnz: "*"a preview needs its first $needed bytes" ]]
  [[ "$out" == *"cut            true"* ]]
  head -c 9 "$dir/a.cnz" >"$dir/cut.cnz"
  imgcnn info "$dir/cut.cnz"
  expect 3 "ends inside its header"
  [ -z "$out" ]
}

@test "info shows preprocessing only where there is some" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  imgcnn info --json "$dir/a.cnz"
  [[ "$out" != *preprocessing* ]]
  compress_tiny --brightness 0.25 --colour-balance 1,0.5,2 "$pictures/rgb.png" "$dir/b.cnz"
  imgcnn info --json "$dir/b.cnz"
  [[ "$out" == *'"brightness":0.25'* && "$out" == *'"gain":[1.0,0.5,2.0]'* ]]
}

@test "info shows what a model costs, where the model file tells" {
  number='[0-9]+\.[0-9]+'
  imgcnn info "$WORK/tiny.safetensors"
  expect 0
  grep -qE '^parameters     [0-9]+$' <<<"$out"
  grep -qE "^encode         $number kMAC/px\$" <<<"$out"
  grep -qE "^decode         $number kMAC/px\$" <<<"$out"
  [[ "$out" != *metadata.encode* ]]
  imgcnn info --json "$WORK/tiny.safetensors"
  grep -qE "\"encode_kmac_per_pixel\":$number,\"decode_kmac_per_pixel\":$number,\"metadata\"" <<<"$out"
  id=$(grep -oE '"id":"[0-9a-f]+"' <<<"$out")
  # An older file has no such entries; in a stranger's they may be anything.
  LC_ALL=C sed 's/"encode_kmac_per_pixel"/"encode_kmac_per_-----"/; s/\("decode_kmac_per_pixel":"\)[0-9]/\1x/' \
    "$WORK/tiny.safetensors" >"$dir/other.safetensors"
  imgcnn info "$dir/other.safetensors"
  expect 0
  [[ "$out" != *kMAC* && "$out" == *metadata.decode_kmac_per_pixel* ]]
  imgcnn info --json "$dir/other.safetensors"
  [[ "$out" == *"$id"* ]]
}

@test "info refuses what is neither" {
  imgcnn info "$dir/none"
  expect 3 "$dir/none"
  echo "some text, longer than a header" >"$dir/text"
  imgcnn info "$dir/text"
  expect 3 "$dir/text"
  imgcnn info "$dir"
  expect 3 "$dir"
}

@test "info takes several files, and goes on past those that it cannot read" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  imgcnn info "$dir/a.cnz"
  alone=$out
  imgcnn info "$WORK/tiny.safetensors"
  imgcnn info "$dir/a.cnz" "$WORK/tiny.safetensors"
  expect 0
  [ "$out" = "$alone"$'\n\n'"$("$IMGCNN" info "$WORK/tiny.safetensors")" ]
  echo "some text, longer than a header" >"$dir/text"
  imgcnn info --json "$dir/none" "$dir/a.cnz" "$dir/text" "$WORK/tiny.safetensors"
  [ "$status" -eq 1 ]
  [ "$(wc -l <<<"$out")" -eq 2 ]
  [[ "$out" == '{"file":"'"$dir"'/a.cnz"'*$'\n''{"file":"'"$WORK"'/tiny.safetensors"'* ]]
  [[ "$err" == "imgcnn: $dir/none: "*$'\n'"imgcnn: $dir/text: "* ]]
  imgcnn info "$dir/none" "$dir/a.cnz"
  [ "$status" -eq 1 ]
  [ "$out" = "$alone" ]
}

@test "results that cannot be written are an error" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  status=0
  "$IMGCNN" info "$dir/a.cnz" >/dev/full 2>"$dir/.err" || status=$?
  [ "$status" -eq 5 ]
}
