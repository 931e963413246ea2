load helpers

# bytes_of OPTION...: the size of the file that compressing gives; the file stays.
bytes_of() {
  compress_tiny -f "$@" "$photo" "$dir/a.cnz"
  stat -c %s "$dir/a.cnz"
}

# decibels_met WANTED FOUND: not missed, and by 0.05 at most, or else the next sixteenth of quality below misses them. Of the file
# that the trained model has just made of the photo; `out` is its JSON.
decibels_met() {
  below "$1" "$(awk -v d="$2" 'BEGIN { print d + 0.001 }')" || return 1
  below "$2" "$(awk -v d="$1" 'BEGIN { print d + 0.05 }')" && return
  quality=$(sed -E 's/.*"quality":([0-9.]+).*/\1/' <<<"$out")
  imgcnn compress -m "$trained" --threads 1 -f -q "$(awk -v q="$quality" 'BEGIN { print q - 0.0625 }')" "$photo" "$dir/lower.cnz"
  expect 0
  imgcnn decompress -m "$trained" --threads 1 -f "$dir/lower.cnz" "$dir/lower.ppm"
  below "$(psnr_of "$WORK/pictures/train0.ppm" "$dir/lower.ppm")" "$1"
}

setup() {
  dir=$BATS_TEST_TMPDIR
  pictures=$WORK/pictures
  photo=$pictures/train/train0.png
}

@test "a size is never exceeded, whichever way it is said" {
  least=$(bytes_of -q 0)
  most=$(bytes_of -q 100)
  [ "$least" -lt "$most" ]
  for wanted in "$least" $(((least + most) / 2)) $((most - 1)) "$most"; do
    [ "$(bytes_of --target-size "$wanted")" -le "$wanted" ]
  done
  [ "$(bytes_of --target-size 100K)" -le 100000 ]
  compress_tiny -f --json --target-bpp 0.9 "$photo" "$dir/a.cnz"
  if [ "$status" -eq 0 ]; then
    [ "$(stat -c %s "$dir/a.cnz")" -le $((192 * 160 * 9 / 80)) ]
    [[ "$out" == *'"quality":'*'"encodes":'* ]]
  else
    expect_json_failure 1
  fi
}

# expect_json_failure STATUS
expect_json_failure() { [ "$status" -eq "$1" ] && [[ "$out" == *'"status":"failed"'* ]]; }

@test "a size too small is an error that names what is possible, one too large a note" {
  least=$(bytes_of -q 0)
  rm "$dir/a.cnz"
  compress_tiny --target-size 20 "$photo" "$dir/a.cnz"
  expect 1 "$photo: 20 bytes cannot be reached: at quality 0 it takes $least bytes"
  compress_tiny --target-bpp 0.001 "$photo" "$dir/a.cnz"
  expect 1 "(0.0010 bpp) cannot be reached"
  [ -z "$(files_in "$dir")" ]
  compress_tiny --target-size 5M "$photo" "$dir/a.cnz"
  expect 0
  [[ "$err" == *"imgcnn: warning: $photo: "*"quality 100"* ]]
  compress_tiny -q 100 "$photo" "$dir/b.cnz"
  cmp "$dir/a.cnz" "$dir/b.cnz"
}

@test "decibels out of reach: quality 100 and a warning, an error under --strict" {
  compress_tiny --target-psnr 90 --json "$photo" "$dir/a.cnz"
  expect 0
  [[ "$err" == *"warning: $photo: "*"quality 100"*dB* ]]
  [[ "$out" == *'"quality":100.0'*'"psnr":'* ]]
  compress_tiny --target-psnr 90 --strict "$photo" "$dir/b.cnz"
  expect 1 "$photo: "
  [ ! -e "$dir/b.cnz" ]
}

# A sixteenth of the quality moves the score of so small a picture by up to half a point.
@test "a score of SSIMULACRA 2 is met, closely, and told" {
  imgcnn compress -m "$ROOT/models/fast.safetensors" --threads 1 --json --target-ssimulacra2 75 "$photo" "$dir/a.cnz"
  expect 0
  score=${out##*\"ssimulacra2\":}
  score=${score%%[,\}]*}
  awk -v s="$score" 'BEGIN { exit !(s >= 75 && s <= 76) }' || { echo "score $score"; false; }
  imgcnn compress -m "$ROOT/models/fast.safetensors" --threads 1 -f --target-ssimulacra2 75 "$photo" "$dir/a.cnz"
  expect 0
  [[ "$out$err" == *"SSIMULACRA2 75."* ]]
}

@test "one target at a time, and none beside a quality" {
  for options in "-q 5 --target-size 9K" "--target-size 9K --target-bpp 1" "--target-bpp 1 --target-psnr 30" \
    "--target-size 0" "--target-size 1X" "--target-size -5" "--target-bpp 0" "--target-psnr nan" "--target-jpeg 0" "--target-ssimulacra2 100" "--target-ssimulacra2 70 --target-psnr 30" "--target-jpeg 75 --target-psnr 30"; do
    # shellcheck disable=SC2086
    compress_tiny $options "$photo" "$dir/a.cnz"
    expect 2
  done
}

# psnr_of A.ppm B.ppm: decibels between two pictures of the same size.
psnr_of() {
  paste <(pixels_of "$1") <(pixels_of "$2") | awk '{ d = $1 - $2; sum += d * d } END { print 10 * log(255 * 255 * NR / sum) / log(10) }'
}

# below A B, both decimal.
below() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a < b) }'; }

@test "a trained model meets sizes within 1 %, decibels within 0.05, as the decoded picture shows" {
  trained=$ROOT/models/fast.safetensors
  pixels=$((192 * 160))
  for bpp in 0.4 0.7; do
    imgcnn compress -m "$trained" --threads 1 -f --json --target-bpp "$bpp" "$photo" "$dir/a.cnz"
    expect 0
    bytes=$(stat -c %s "$dir/a.cnz")
    wanted=$(awk -v bpp="$bpp" -v pixels="$pixels" 'BEGIN { print bpp * pixels / 8 }')
    # awk prints six digits: whole bytes leave room for half of one.
    below "$bytes" "$(awk -v w="$wanted" 'BEGIN { print w + 0.5 }')"
    below "$(awk -v w="$wanted" 'BEGIN { print 0.99 * w }')" "$bytes" || { echo "$bpp bpp: $bytes of $wanted"; false; }
    [[ "$out" == *"\"bytes\":$bytes,"* ]]
  done
  imgcnn compress -m "$trained" --threads 1 -f --target-size 3K "$photo" "$dir/a.cnz"
  expect 0
  bytes=$(stat -c %s "$dir/a.cnz")
  [ "$bytes" -le 3000 ] && [ "$bytes" -ge 2970 ] || { echo "$bytes of 3000"; false; }
  for db in 34 38; do
    imgcnn compress -m "$trained" --threads 1 -f --json --target-psnr "$db" "$photo" "$dir/a.cnz"
    expect 0
    [[ "$err" != *warning* ]]
    imgcnn decompress -m "$trained" --threads 1 -f "$dir/a.cnz" "$dir/a.ppm"
    found=$(psnr_of "$WORK/pictures/train0.ppm" "$dir/a.ppm")
    decibels_met "$db" "$found" || { echo "$db dB: $found"; false; }
  done
}

@test "decibels of a JPEG are those that eval measures of it" {
  trained=$ROOT/models/fast.safetensors
  imgcnn eval --data "$photo" --out "$dir/report" -m "$trained" -q 50 --baselines jpeg --threads 1
  expect 0
  for quality in 30 70; do
    wanted=$(awk -F, -v q=$quality '$1 == "jpeg" && $3 == q { print $8 }' "$dir/report/images.csv")
    imgcnn compress -m "$trained" --threads 1 -f --json --target-jpeg $quality "$photo" "$dir/a.cnz"
    expect 0
    [[ "$err" != *warning* ]]
    found=$(sed -E 's/.*"psnr":([0-9.]+).*/\1/' <<<"$out")
    decibels_met "$wanted" "$found" || { echo "$wanted dB: $found"; false; }
  done
}
