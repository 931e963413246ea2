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
