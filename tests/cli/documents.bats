load helpers

# Long options, sorted, one a line, from standard input.
long_options() { grep -oE -- '--[a-z0-9][a-z0-9-]*' | sort -u; }
# Those that VERB's help lists as its own.
options_of_help() { "$IMGCNN" "$1" --help | awk '/^  -/ { print $1 }' | long_options; }

@test "the man page names exactly the options that each verb has" {
  for verb in compress decompress verify info eval train pack export; do
    sed -n "/^\.SS $verb\$/,/^\.S[SH]/p" "$DOCUMENTS/imgcnn.1" | sed '$d; s/\\-/-/g; /imgcnn "/d' | grep -v '^explains' >"$dir/section"
    long_options <"$dir/section" >"$dir/named"
    options_of_help "$verb" >"$dir/known"
    [ -s "$dir/known" ]
    diff "$dir/named" "$dir/known" || { echo "in $verb: < man page, > program"; false; }
  done
}

@test "every option of the everyday verbs is explained in the man page" {
  sed 's/\\-/-/g; s/\\f[A-Z]//g' "$DOCUMENTS/imgcnn.1" | grep -E '^\.B' | long_options >"$dir/explained"
  for verb in compress decompress verify info; do
    options_of_help "$verb" >"$dir/known"
    [ -z "$(comm -13 "$dir/explained" "$dir/known")" ] || { comm -13 "$dir/explained" "$dir/known"; false; }
  done
}

@test "the man page is well formed" {
  command -v groff >/dev/null || skip "groff is not here"
  [ -z "$(groff -man -Tutf8 -ww -z "$DOCUMENTS/imgcnn.1" 2>&1)" ]
}

# complete_bash WORD...: what the last word may become.
complete_bash() {
  bash --norc -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _imgcnn "$1"; printf "%s\n" "${COMPREPLY[@]}"' \
    _ "$DOCUMENTS/imgcnn.bash" "$IMGCNN" "$@"
}

@test "bash completes verbs, options and values" {
  complete_bash de >"$dir/reply"
  [ "$(cat "$dir/reply")" = decompress ]
  for verb in compress verify; do
    complete_bash "$verb" -- | sort >"$dir/reply"
    options_of_help "$verb" | diff "$dir/reply" -
  done
  [ "$(complete_bash compress --device c)" = "$(printf 'cpu\ncuda')" ]
  touch "$dir/picture.png"
  [ "$(complete_bash compress "$dir/pic")" = "$dir/picture.png" ]
}

@test "zsh lists verbs and options with their explanations" {
  command -v zsh >/dev/null || skip "zsh is not here"
  ask() { zsh -f -c 'compdef() { :; }; . "$1"; "$2" "${@:3}"' _ "$DOCUMENTS/_imgcnn" "$@"; }
  ask _imgcnn_verbs "$IMGCNN" | grep -qx 'verify:Decode .cnz files completely and write nothing'
  ask _imgcnn_options "$IMGCNN" compress >"$dir/reply"
  grep -qx -- '--strip:Leave ICC profile, EXIF and XMP out' "$dir/reply"
  grep -qx -- '--quality:0 (smallest) to 100 (best), fractions allowed' "$dir/reply"
  cut -d : -f 1 "$dir/reply" | grep -- '^--' | sort | diff - <(options_of_help compress)
}
