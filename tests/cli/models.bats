load helpers

setup() {
  dir=$BATS_TEST_TMPDIR
  pictures=$WORK/pictures
  mkdir "$dir/first" "$dir/second"
}

teardown() { chmod -R u+rwX "$dir"; }

@test "IMGCNN_MODEL_PATH names several folders, the earlier one wins" {
  cp "$WORK/tiny.safetensors" "$dir/second/mine.safetensors"
  IMGCNN_MODEL_PATH=$dir/none:$dir/first:$dir/second imgcnn compress -m mine "$pictures/rgb.png" "$dir/a.cnz"
  expect 0
  echo text >"$dir/first/mine.safetensors"
  IMGCNN_MODEL_PATH=$dir/first:$dir/second imgcnn compress -m mine "$pictures/rgb.png" "$dir/b.cnz"
  [ "$status" -eq 3 ] || [ "$status" -eq 4 ]
  [[ "$err" == *"$dir/first/mine.safetensors"* ]]
  [ ! -e "$dir/b.cnz" ]
}

@test "a file's model is found by its id under any name, past files that are no models" {
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  cp "$WORK/tiny.safetensors" "$dir/second/renamed.safetensors"
  echo text >"$dir/first/broken.safetensors"
  IMGCNN_MODEL_PATH=$dir/first:$dir/second imgcnn decompress "$dir/a.cnz" "$dir/a.png"
  expect 0
  IMGCNN_MODEL_PATH=$dir/first imgcnn decompress "$dir/a.cnz" "$dir/b.png"
  expect 4 "$dir/a.cnz: needs the model "
  [ ! -e "$dir/b.png" ]
}

@test "a missing model is named with the folders that were searched" {
  IMGCNN_MODEL_PATH=$dir/first:$dir/second imgcnn compress -m mine "$pictures/rgb.png" "$dir/a.cnz"
  expect 4 "$dir/first, $dir/second"
  imgcnn compress -m "$dir/none.safetensors" "$pictures/rgb.png" "$dir/a.cnz"
  expect 4 "$dir/none.safetensors"
}

@test "a model folder that may not be read is passed over" {
  cp "$WORK/tiny.safetensors" "$dir/second/mine.safetensors"
  chmod 000 "$dir/first"
  obey_permissions
  IMGCNN_MODEL_PATH=$dir/first:$dir/second imgcnn compress -m mine "$pictures/rgb.png" "$dir/a.cnz"
  expect 0
}
