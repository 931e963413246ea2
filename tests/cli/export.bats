load helpers

@test "export teaches the context model of a model file anew" {
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

@test "export of a model file wants pictures" {
  imgcnn export "$WORK/tiny.safetensors" "$dir/taught.safetensors"
  expect 2 "--data"
  [ -z "$(files_in "$dir")" ]
}
