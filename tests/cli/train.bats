load helpers

# train ARGUMENT...: one step in the folder $dir/run.
train() { imgcnn train --preset "$TINY_PRESET" --out "$dir/run" --steps 1 --threads 1 "$@"; }

@test "--init takes a model's name, its file, and a checkpoint" {
  for start in tiny "$WORK/tiny.safetensors" "$WORK/run/checkpoint.safetensors"; do
    rm -rf "$dir/run"
    train --data "$pictures/train" --init "$start"
    expect 0
    [ -s "$dir/run/checkpoint.safetensors" ]
  done
}

@test "what is not there is refused before pictures are packed" {
  train --data "$pictures/train" --init no_such_model
  expect 4 "model 'no_such_model'"
  train --data "$pictures/train" --init "$dir/none.safetensors"
  expect 4 "$dir/none.safetensors"
  echo text >"$dir/text.safetensors"
  train --data "$pictures/train" --init "$dir/text.safetensors"
  expect 3 "$dir/text.safetensors"
  imgcnn train --preset no_such_preset --data "$pictures/train" --out "$dir/run"
  expect 2 no_such_preset
  train --data "$pictures/train" --device no_such_device
  expect 2 no_such_device
  mkdir "$dir/empty"
  train --data "$pictures/train" --valid "$dir/empty"
  expect 2 "$dir/empty"
  [ -z "$(files_in "$dir/run")" ]
}

@test "info tells of a run folder how far it is and what it brought" {
  train --data "$pictures/train"
  expect 0
  imgcnn info "$dir/run"
  expect 0
  grep -q "^step  *1$" <<<"$out"
  grep -q "^validation  *step 0, loss [0-9.]*, BD-rate against the start 0.00 %$" <<<"$out"
  grep -q "^validation  *step 1, loss" <<<"$out"
  imgcnn info --json "$dir/run"
  [[ "$out" == *'"type":"run"'*'"step":1'*'"validations":[{"step":0,"loss":'* ]]
  mkdir "$dir/none"
  imgcnn info "$dir/none"
  expect 3 "$dir/none/checkpoint.safetensors"
}

@test "folders, lists and packs mix, each with its weight" {
  ls "$pictures/train" | sed "s|^|$pictures/train/|" >"$dir/list.txt"
  imgcnn pack --data "$dir/list.txt" --out "$dir/some.pack"
  expect 0
  train --data "$pictures/train:0.5" --data "$dir/list.txt:2" --data "$dir/some.pack" --aug-scale 0.7 --aug-turn --no-aug-flip
  expect 0 " of 3 sources, "
  [ -s "$dir/run/data-2.pack" ]
  imgcnn export "$dir/run" "$dir/model.safetensors" --pictures 1
  expect 0
}

@test "unusable files in a folder are named once and counted" {
  mkdir "$dir/all"
  cp "$pictures"/train/*.png "$dir/all"
  echo text >"$dir/all/text.png"
  echo text >"$dir/all/notes.md"
  printf 'P6\n1 1\n255\nabc' >"$dir/all/dot.ppm"
  imgcnn compress -m tiny "$dir/all/dot.ppm" "$dir/dot.cnz"
  expect 0
  imgcnn decompress "$dir/dot.cnz" "$dir/dot.jpg"
  expect 0
  head -c 200 "$dir/dot.jpg" >"$dir/all/short.jpg"
  train --data "$dir/all"
  expect 0 "1 source, "
  [[ "$err" == *", 2 skipped"* ]]
  for name in text.png short.jpg; do [ "$(grep -c "$name" <<<"$err")" -eq 1 ]; done
  [[ "$err" != *notes.md* ]]
}

@test "data that a run was not packed from is refused" {
  train --data "$pictures/train"
  expect 0
  mkdir "$dir/other"
  cp "$pictures/train/"*0*.png "$dir/other"
  train --data "$dir/other"
  expect 2 "--fresh"
  train --data "$dir/other" --fresh
  expect 0
  train --data "$pictures/train:0"
  expect 3 "$pictures/train:0"
  echo text >"$dir/notes.md"
  train --data "$dir/notes.md"
  expect 2 "$dir/notes.md"
}
