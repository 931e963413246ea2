load helpers

# What the README says can be done, done; what it points at is there.

setup() {
  dir=$BATS_TEST_TMPDIR
  pictures=$WORK/pictures
  readme=$ROOT/README.md
  # Its commands name no model: here the default is the tiny one.
  mkdir "$dir/models"
  cp "$WORK/tiny.safetensors" "$dir/models/fast.safetensors"
  export IMGCNN_MODEL_PATH=$dir/models PATH=$dir/bin:$PATH
  mkdir "$dir/bin"
  ln -s "$IMGCNN" "$dir/bin/imgcnn"
  cd "$dir" || return
}

# block_after TEXT: the first block of code behind the line that holds TEXT.
block_after() {
  awk -v text="$1" 'index($0, text) { found = 1 } found && /^```/ { if (inside) exit; inside = 1; next } inside' "$readme" >"$dir/block"
  [ -s "$dir/block" ] || { echo "no block after: $1"; return 1; }
}

@test "every file that it links is in the tree, and a picture is among them" {
  grep -oE '\]\([^)]+\)|src="[^"]+"|srcset="[^"]+"' "$readme" | sed 's/^](//; s/^src[a-z]*="//; s/[)"]$//' | grep -v '^http' >"$dir/links"
  [ "$(wc -l <"$dir/links")" -gt 5 ]
  while read -r link; do [ -e "$ROOT/${link%%#*}" ] || { echo "missing: $link"; false; }; done <"$dir/links"
  grep -qE '\.svg$' "$dir/links"
}

@test "every option in its commands is one that the verb has" {
  grep -oE 'imgcnn (compress|decompress|verify|info|eval|train|pack|export)[^|&`]*' "$readme" >"$dir/commands"
  [ "$(wc -l <"$dir/commands")" -gt 20 ]
  while read -r _ verb rest; do
    "$IMGCNN" "$verb" --help >"$dir/help"
    for option in $(grep -oE -- '(^| )--?[a-zA-Z0-9][a-z0-9-]*' <<<"${rest%%#*}"); do
      grep -qE -- "(^|[ ,])$option([, ]|\$)" "$dir/help" || { echo "$verb has no $option: $rest"; false; }
    done
  done <"$dir/commands"
}

@test "the Slurm array shares a folder among its tasks" {
  mkdir scans
  cp "$pictures"/train/*.png scans/
  cat >bin/sbatch <<'SH'
#!/bin/bash
[[ "$1" == --array=1-20 && "$2" == --wrap ]] || exit 9
for SLURM_ARRAY_TASK_ID in 1 2 8 20; do export SLURM_ARRAY_TASK_ID; bash -c "$3" || exit; done
SH
  chmod +x bin/sbatch
  block_after "Slurm array of 20 tasks"
  bash -e block 2>said
  [ "$(files_in small | wc -l)" -eq 3 ]
  bash -e block 2>said
  grep -q '^0 ok, 0 failed, 1 skipped' said
}

@test "the rule for make" {
  command -v make >/dev/null || skip "make is not here"
  block_after "A rule for make"
  cp block Makefile
  cp "$pictures/rgb.png" a.png
  make -s a.cnz 2>/dev/null
  imgcnn verify a.cnz
  expect 0
  make -q a.cnz
}

@test "what changed since yesterday, and an archive that is checked" {
  mkdir photos
  cp "$pictures/photo.jpg" photos/old.jpg
  touch -d '2 days ago' photos/old.jpg
  touch -d yesterday stamp
  cp "$pictures/photo.jpg" "photos/new one.jpg"
  block_after "What changed since yesterday"
  sed -n 1p block | bash -e 2>/dev/null
  [ "$(files_in small)" = "small/photos/new one.cnz" ]
  [ stamp -nt "photos/new one.jpg" ]
  rm -r small
  [ "$(sed -n 2p block | bash -e 2>/dev/null | tail -n 1)" = "all of them decode" ]
  echo text >photos/bad.jpg
  rm -r small
  if sed -n 2p block | bash -e 2>/dev/null | grep decode; then false; fi
}

@test "the library from Python" {
  command -v python3 >/dev/null || skip "python3 is not here"
  imgcnn compress "$pictures/rgb.png" photo.cnz
  block_after "From Python, without a binding"
  LD_LIBRARY_PATH=$(dirname "$IMGCNN_LIBRARY") python3 - <<PY
$(cat block)
print(picture.width, picture.height)
PY
}
