load helpers

@test "train, resume and export make a model that info can read" {
  rm -rf "$WORK"
  mkdir -p "$WORK/pictures/train"
  "$MAKE_PICTURES" "$WORK/pictures"
  mv "$WORK"/pictures/train*.png "$WORK/pictures/train/"
  imgcnn train --preset "$TINY_PRESET" --data "$WORK/pictures/train" --out "$WORK/run" --steps 2 --threads 1
  expect 0
  imgcnn export "$WORK/run" "$WORK/tiny.safetensors" --pictures 40
  expect 0
  imgcnn info "$WORK/tiny.safetensors"
  expect 0
  [[ "$out" == *tiny* ]]
  # The architecture, of which the id is made, and beside it the recipe.
  grep '^metadata.config ' <<<"$out" | grep latent_channels | grep -v learning_rate
  grep '^metadata.recipe ' <<<"$out" | grep learning_rate | grep -v latent_channels
}
