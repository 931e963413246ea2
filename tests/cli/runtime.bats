load helpers

# --runtime, and what happens where LibTorch is not installed.

# without_torch: from here on the program is one that has no module with LibTorch.
without_torch() {
  mkdir "$dir/bin"
  cp "$IMGCNN" "$(dirname "$IMGCNN")/libimgcnn_engine.so" "$dir/bin"
  IMGCNN=$dir/bin/imgcnn
}

@test "files of either runtime are read by the other" {
  compress_tiny --runtime native "$pictures/rgb.png" "$dir/native.cnz"
  expect 0
  compress_tiny --runtime torch "$pictures/rgb.png" "$dir/torch.cnz"
  expect 0
  for runtime in native torch auto; do
    imgcnn verify --runtime "$runtime" "$dir/native.cnz" "$dir/torch.cnz"
    expect 0
    imgcnn decompress --runtime "$runtime" "$dir/native.cnz" "$dir/$runtime.ppm"
    expect 0
  done
  cmp "$dir/native.ppm" "$dir/auto.ppm"
  # Samples differ by what is left of rounding.
  paste <(pixels_of "$dir/native.ppm") <(pixels_of "$dir/torch.ppm") |
    awk '{ d = $1 - $2; if (d < -2 || d > 2) { print "samples differ by " d; exit 1 } }'
}

@test "-v names the runtime" {
  compress_tiny -v "$pictures/rgb.png" "$dir/a.cnz"
  [[ "$err" == *" on cpu, 1 thread, "* && "$err" != *LibTorch* ]]
  compress_tiny -v --runtime torch "$pictures/rgb.png" "$dir/b.cnz"
  [[ "$err" == *" on cpu, 1 thread, LibTorch"* ]]
}

@test "the native runtime and a GPU do not go together" {
  compress_tiny --runtime native --device cuda "$pictures/rgb.png" "$dir/a.cnz"
  expect 2 "native computes on the CPU only, not on cuda"
  imgcnn verify --runtime native --device cuda:0 "$dir/a.cnz"
  expect 2 "native computes on the CPU only, not on cuda:0"
}

@test "coding works without the module, and what needs it says so" {
  without_torch
  compress_tiny "$pictures/rgb.png" "$dir/a.cnz"
  expect 0
  imgcnn decompress "$dir/a.cnz" "$dir/a.png"
  expect 0
  compress_tiny --runtime torch "$pictures/rgb.png" "$dir/b.cnz"
  expect 1 "no libimgcnn_torch.so in $dir/bin, "
  compress_tiny --device cuda "$pictures/rgb.png" "$dir/b.cnz"
  expect 1 "LibTorch is needed for this, and its package (imgcnn-torch) is not here"
  for verb in "train --out $dir/run" "pack --out $dir/pack"; do
    imgcnn $verb --data "$pictures/train"
    expect 1 "LibTorch is needed for this, and its package (imgcnn-torch) is not here"
  done
  [ -z "$(find "$dir" -maxdepth 1 -name 'run*' -o -name 'pack*')" ]
}

@test "a module of another version is refused" {
  without_torch
  printf 'void *imgcnn_torch_network(const char *v) { return 0; }\nvoid *imgcnn_torch_training(const char *v) { return 0; }\n' >"$dir/other.c"
  cc -shared -fPIC -o "$dir/bin/libimgcnn_torch.so" "$dir/other.c"
  compress_tiny --runtime torch "$pictures/rgb.png" "$dir/a.cnz"
  expect 1 "belongs to another version of imgcnn"
  imgcnn pack --data "$pictures/train" --out "$dir/pack"
  expect 1 "belongs to another version of imgcnn"
}
