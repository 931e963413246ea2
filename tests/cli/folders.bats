load helpers

# What a folder of photographs holds besides photographs.

setup() {
  dir=$BATS_TEST_TMPDIR
  pictures=$WORK/pictures
  mkdir -p "$dir/in/sub"
  cp "$pictures/rgb.png" "$dir/in/a.png"
  cp "$pictures/grey.png" "$dir/in/sub/b.png"
}

teardown() { chmod -R u+rwX "$dir"; }

@test "a sub-folder that may not be read is named, and the rest goes on" {
  mkdir -p "$dir/in/shut/x"
  chmod 000 "$dir/in/shut"
  obey_permissions
  compress_tiny --json -r "$dir/in" -o "$dir/out"
  [ "$status" -eq 1 ]
  [[ "$err" == *"imgcnn: $dir/in/shut: Permission denied"* ]]
  [[ "$(tail -n 1 <<<"$err")" == "2 ok, 1 failed"* ]]
  [[ "$out" == *'/in/shut","status":"failed"'*'"exit_code":3'* ]]
  [ "$(files_in "$dir/out" | wc -l)" -eq 2 ]
  imgcnn verify -r "$dir/in/shut" "$dir/out"
  [ "$status" -eq 1 ]
  [[ "$(tail -n 1 <<<"$err")" == "2 ok, 1 failed"* ]]
}

@test "a link that leads nowhere is a failure; folders behind links are left alone" {
  ln -s nowhere.png "$dir/in/gone.png"
  ln -s round.png "$dir/in/round.png"
  ln -s .. "$dir/in/sub/loop"
  ln -s ../a.png "$dir/in/sub/link.png"
  compress_tiny -r "$dir/in" -o "$dir/out"
  [ "$status" -eq 1 ]
  [[ "$err" == *"imgcnn: $dir/in/gone.png: "* && "$err" == *"imgcnn: $dir/in/round.png: "* ]]
  [[ "$(tail -n 1 <<<"$err")" == "3 ok, 2 failed"* ]]
  [ -f "$dir/out/sub/link.cnz" ]
  [ ! -e "$dir/out/sub/loop" ]
}

@test "what is no picture by its name is passed over, pipes and folders too" {
  echo text >"$dir/in/notes.txt"
  cp "$dir/in/a.png" "$dir/in/noextension"
  mkfifo "$dir/in/pipe.png"
  mkdir "$dir/in/folder.png" "$dir/in/empty"
  compress_tiny -r "$dir/in" -o "$dir/out"
  expect 0
  [ "$(files_in "$dir/out" | wc -l)" -eq 2 ]
  [ ! -e "$dir/out/empty" ]
}

@test "a folder among inputs is named, and the rest goes on; alone it is a slip" {
  mkdir "$dir/in/dir.png"
  compress_tiny --json "$dir"/in/*.png -o "$dir/out"
  [ "$status" -eq 1 ]
  [[ "$err" == *"imgcnn: $dir/in/dir.png: is a folder (use -r)"* ]]
  [[ "$(tail -n 1 <<<"$err")" == "1 ok, 1 failed"* ]]
  [[ "$out" == *'dir.png","status":"failed"'* ]]
  [ -s "$dir/out/a.cnz" ]
  compress_tiny "$dir/in/dir.png" -o "$dir/none"
  expect 2 "$dir/in/dir.png: is a folder (use -r)"
  [ ! -e "$dir/none" ]
  imgcnn verify "$dir/out/a.cnz" "$dir/in"
  [ "$status" -eq 1 ]
  [[ "$err" == *"imgcnn: $dir/in: is a folder (use -r)"* && "$out" == "$dir/out/a.cnz: ok" ]]
}

@test "nothing found is said" {
  mkdir "$dir/empty"
  compress_tiny -r "$dir/empty" -o "$dir/out"
  expect 0
  [[ "$err" == "imgcnn: warning: no input was found"*"0 ok, 0 failed" ]]
  compress_tiny -r "$dir/in" -o "$dir/out" --shard 9/9
  expect 0
  [[ "$err" == "0 ok, 0 failed" ]]
}

@test "any name will do: blanks, line feeds, other alphabets, bytes that are no text, the longest" {
  longest=$(printf 'x%.0s' $(seq 251)).png
  accents=$(printf 'é%.0s' $(seq 125)).png
  names=("two  blanks.png" $'line\nfeed.png' "ümläut-日本.png" $'latin-\xe9.png' "$longest" "$accents" "-q.png" "UPPER.PNG")
  for name in "${names[@]}"; do cp "$pictures/dot.png" "$dir/in/$name" || skip "no such names on this file system"; done
  compress_tiny -r "$dir/in" -o "$dir/out"
  expect 0
  [ "$(wc -l <<<"$err")" -eq 11 ]
  for name in "${names[@]}"; do [ -s "$dir/out/${name%.*}.cnz" ]; done
  imgcnn decompress -r "$dir/out" -o "$dir/back"
  expect 0
  for name in "${names[@]%.*}"; do [ -s "$dir/back/$name.png" ]; done
  [ -z "$(find "$dir" -name '*.tmp.*')" ]
}

@test "an output folder that may not be written to: each file is named, nothing is left" {
  mkdir -m 555 "$dir/shut"
  obey_permissions
  compress_tiny -r "$dir/in" -o "$dir/shut"
  [ "$status" -eq 1 ]
  [[ "$err" == *"$dir/in/a.png: $dir/shut/a.cnz: Permission denied"* && "$err" == *"$dir/shut/sub: Permission denied"* ]]
  [[ "$(tail -n 1 <<<"$err")" == "0 ok, 2 failed" ]]
  compress_tiny "$dir/in/a.png" "$dir/shut/a.cnz"
  expect 5 "$dir/shut/a.cnz: Permission denied"
  [ -z "$(files_in "$dir/shut")" ]
}

@test "compressing never writes onto the name of a picture" {
  cp "$dir/in/sub/b.png" "$dir/in/b.png"
  compress_tiny -f "$dir"/in/*.png
  expect 2 "$dir/in/b.png: is the name of a picture"
  cmp "$pictures/grey.png" "$dir/in/b.png"
  compress_tiny "$dir/in/a.png" "$dir/new.JPG"
  expect 2 "$dir/new.JPG"
  compress_tiny --suffix _small.png "$dir/in/a.png"
  expect 2 "_small.png"
  [ -z "$(find "$dir" -name '*new*' -o -name '*small*')" ]
}

@test "shards of one list agree, however each machine orders it" {
  find "$dir/in" -name '*.png' | sort >"$dir/list"
  for i in 1 2; do
    compress_tiny --filelist "$dir/list" -o "$dir/out" --shard "$i/2"
    expect 0
    sort -r "$dir/list" >"$dir/reversed"
    mv "$dir/reversed" "$dir/list"
  done
  [ "$(files_in "$dir/out" | wc -l)" -eq 2 ]
}
