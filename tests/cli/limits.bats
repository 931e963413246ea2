load helpers

# What the program does where the shell gives it little, and how it lets the threads of LibTorch wait.

# compress_within KILOBYTES ARGUMENT...: with that much address space, and not for longer than a few seconds.
compress_within() {
  status=0
  (ulimit -v "$1" && exec timeout 20 "$IMGCNN" compress -m tiny "${@:2}" "$pictures/rgb.png" "$dir/out.cnz") \
    >"$dir/.out" 2>"$dir/.err" || status=$?
  out=$(cat "$dir/.out")
  err=$(cat "$dir/.err")
}

@test "too little address space for LibTorch is status 6 at once, and never a program that hangs" {
  (ulimit -v 200000 && "$IMGCNN" --version) >/dev/null 2>&1 || skip "a sanitizer takes more than that"
  for kilobytes in 50000 200000 600000 800000 1000000; do
    start=$(date +%s%N)
    compress_within "$kilobytes" --threads 1 --runtime torch
    expect 6 "not enough address space: LibTorch takes 1 GiB (ulimit -v)"
    [ $((($(date +%s%N) - start) / 1000000)) -lt 1000 ]
  done
  for kilobytes in 1100000 1500000 2000000 3000000; do
    compress_within "$kilobytes" --threads 1 -f --runtime torch
    [ "$status" -ne 124 ] || { echo "hangs with $kilobytes"; false; }
    compress_within "$kilobytes" --threads 32 -f --runtime torch
    [ "$status" -ne 124 ] || { echo "hangs with $kilobytes and 32 threads"; false; }
  done
}

@test "without LibTorch little address space is enough, and less is status 6" {
  (ulimit -v 200000 && "$IMGCNN" --version) >/dev/null 2>&1 || skip "a sanitizer takes more than that"
  compress_within 200000 --threads 1
  expect 0
  for kilobytes in 40000 60000 80000 100000; do
    compress_within "$kilobytes" --threads 2 -f
    [ "$status" -eq 0 ] || expect 6
  done
}

@test "threads that wait do not spin, unless the environment says that they shall" {
  ask() { env "$@" OMP_DISPLAY_ENV=true "$IMGCNN" compress --runtime torch -m tiny --threads 1 -f "$pictures/dot.png" "$dir/a.cnz" 2>&1; }
  [[ "$(ask -u OMP_WAIT_POLICY)" == *OMP_WAIT_POLICY* ]] || skip "this OpenMP does not show its environment"
  [[ "$(ask -u OMP_WAIT_POLICY)" == *"OMP_WAIT_POLICY = 'PASSIVE'"* ]]
  [[ "$(ask OMP_WAIT_POLICY=active)" == *"OMP_WAIT_POLICY = 'ACTIVE'"* ]]
}
