load helpers

# Which libraries the program maps: those of LibTorch where it is asked for, and nowhere else.

# libraries_of ARGUMENT...: runs the program, which must end well; $dir/libraries has what the loader initialised, at the
# start and later, a path a line.
libraries_of() {
  LD_DEBUG=files LD_DEBUG_OUTPUT="$dir/loader" "$IMGCNN" "$@" --quiet >/dev/null
  sed -n 's/.*calling init: //p' "$dir"/loader.* | sort -u >"$dir/libraries"
  rm "$dir"/loader.*
  grep -q /libstdc++ "$dir/libraries"
}

# no_torch: none of LibTorch's and of what it brings along.
no_torch() { ! grep -E '/lib(torch|c10|openblas|blas|lapack|gomp|dnnl|opencv)|imgcnn_torch' "$dir/libraries"; }

few() {
  [ "$(wc -l <"$dir/libraries")" -le 25 ] || { wc -l "$dir/libraries"; cat "$dir/libraries"; return 1; }
}

@test "compressing, decompressing, verifying and evaluating on the CPU load no LibTorch, and few libraries" {
  [ "$(ldd "$IMGCNN" | grep -cE 'asan|ubsan')" -eq 0 ] || skip "a sanitizer brings libraries of its own"
  for effort in 1 3 4; do
    libraries_of compress -m tiny -f -e "$effort" "$pictures/rgb.png" "$dir/a.cnz"
    no_torch
    few
  done
  libraries_of decompress -m tiny -f "$dir/a.cnz" "$dir/a.png"
  no_torch
  few
  libraries_of decompress -f --preview "$dir/a.cnz" "$dir/a.png"
  no_torch
  few
  libraries_of verify --device cpu "$dir/a.cnz"
  no_torch
  few
  libraries_of eval --data "$pictures/rgb.png" --out "$dir/report" -m tiny -q 40 --baselines jpeg --metrics psnr,ms-ssim,ssimulacra2
  no_torch
  few
}

@test "what the checks look for is there where LibTorch is asked for" {
  libraries_of compress -m tiny --runtime torch "$pictures/rgb.png" "$dir/a.cnz"
  grep -q '/libtorch_cpu' "$dir/libraries"
  grep -q '/libimgcnn_torch' "$dir/libraries"
  run no_torch
  [ "$status" -ne 0 ]
  run few
  [ "$status" -ne 0 ]
}
