load helpers

@test "the folder scripts do a whole folder with several processes, strange names included" {
  mkdir -p "$dir/in/-dash" "$dir/in/two  blanks"
  cp "$pictures/rgb.png" "$dir/in/-dash/\$HOME.png"
  cp "$pictures/grey.png" "$dir/in/two  blanks/it's.png"
  cp "$pictures/photo.jpg" "$dir/in/p.jpg"
  "$SCRIPTS/compress_folder.sh" -j 2 "$dir/in" "$dir/cnz" -m tiny --quiet
  [ "$(files_in "$dir/cnz" | wc -l)" -eq 3 ]
  "$SCRIPTS/decompress_folder.sh" -j 2 "$dir/cnz" "$dir/out" --quiet
  [ -f "$dir/out/-dash/\$HOME.png" ]
  [ -f "$dir/out/two  blanks/it's.png" ]
  [ -f "$dir/out/p.png" ]
}

@test "the folder scripts pass a failure on" {
  mkdir "$dir/in"
  echo text >"$dir/in/a.png"
  status=0
  "$SCRIPTS/compress_folder.sh" -j 1 "$dir/in" "$dir/cnz" -m tiny 2>/dev/null || status=$?
  [ "$status" -eq 1 ]
  status=0
  "$SCRIPTS/compress_folder.sh" 2>/dev/null || status=$?
  [ "$status" -eq 2 ]
  status=0
  "$SCRIPTS/compress_folder.sh" "$dir/none" "$dir/cnz" 2>/dev/null || status=$?
  [ "$status" -eq 3 ]
}
