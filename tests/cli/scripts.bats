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

@test "the comparison picture shows every codec at no more bytes than imgcnn" {
  python=${IMGCNN_PYTHON:-python3}
  "$python" "$SCRIPTS/pillow_codec.py" versions avif || skip "no Pillow with AVIF: set IMGCNN_PYTHON"
  "$python" - "$dir/in.png" <<'PY'
import sys
from PIL import Image
Image.effect_noise((16, 16), 90).resize((384, 384)).convert("RGB").save(sys.argv[1])
PY
  compare() { "$python" "$SCRIPTS/comparison_picture.py" "$dir/in.png" "$dir/out.png" --imgcnn "$IMGCNN" -m tiny -q 90 "$@"; }
  compare --crop 8,4,40,24 >"$dir/said"
  read -r jpeg avif ours < <(grep -oE '[0-9]+ bytes$' "$dir/said" | cut -d' ' -f1 | xargs)
  imgcnn compress -m tiny -q 90 "$dir/in.png" "$dir/ours.cnz"
  [ "$ours" -eq "$(stat -c %s "$dir/ours.cnz")" ] && [ "$jpeg" -le "$ours" ] && [ "$avif" -le "$ours" ]
  # The next quality would take more.
  "$python" - "$SCRIPTS" "$dir/in.png" "$ours" "$dir/said" "$dir/out.png" <<'PY'
import re, sys
sys.path.insert(0, sys.argv[1])
import comparison_picture as comparison
from PIL import Image
picture = Image.open(sys.argv[2]).convert("RGB")
qualities = re.findall(r"quality (\d+)", open(sys.argv[4]).read())
for codec, quality in zip(("jpeg", "avif"), map(int, qualities)):
    assert quality == 100 or len(comparison.encode(picture, codec, quality + 1)) > int(sys.argv[3]), codec
sheet = Image.open(sys.argv[5])
head = sheet.height - 24
assert sheet.width == 4 * 40 + 3 * comparison.GAP, sheet.size
assert sheet.crop((0, head, 40, head + 24)).tobytes() == picture.crop((8, 4, 48, 28)).tobytes()
PY
  status=0
  compare --crop 8,4,4000,24 2>"$dir/err" || status=$?
  [ "$status" -eq 2 ]
  grep -q "leaves the picture" "$dir/err"
}
