load helpers

@test "export teaches the context coder of a model file anew" {
  imgcnn export "$WORK/tiny.safetensors" "$dir/taught.safetensors" --data "$WORK/pictures/train" --pictures 10 --threads 1
  expect 0
  [ "$(files_in "$dir")" = "$dir/taught.safetensors" ]
  imgcnn info "$dir/taught.safetensors"
  expect 0
  [[ "$out" == *tiny* ]]
  imgcnn compress -m "$dir/taught.safetensors" --threads 1 "$pictures/rgb.png" "$dir/a.cnz"
  expect 0
  IMGCNN_MODEL_PATH=$dir imgcnn verify "$dir/a.cnz"
  expect 0
}

@test "export takes the coding of another model, and nothing beside it" {
  imgcnn export "$WORK/tiny.safetensors" "$dir/taken.safetensors" --coding-of "$WORK/tiny.safetensors"
  expect 0
  cmp "$WORK/tiny.safetensors" "$dir/taken.safetensors"
  imgcnn export "$WORK/tiny.safetensors" "$dir/both.safetensors" --coding-of "$WORK/tiny.safetensors" --data "$WORK/pictures/train"
  expect 2 "--coding-of"
  imgcnn export "$WORK/tiny.safetensors" "$dir/none.safetensors" --coding-of "$dir/missing.safetensors"
  expect 3 "missing.safetensors"
  [ "$(files_in "$dir")" = "$dir/taken.safetensors" ]
}

@test "export of a model file wants pictures" {
  imgcnn export "$WORK/tiny.safetensors" "$dir/taught.safetensors"
  expect 2 "--data"
  [ -z "$(files_in "$dir")" ]
}
