load helpers

@test "eval on one picture prints a table and writes a report" {
  imgcnn eval --data "$pictures/rgb.png" --out "$dir/report" -m tiny -q 20,80 --baselines none --jpeg-at-size --threads 1
  expect 0
  [ "$(grep -c tiny <<<"$out")" -eq 2 ]
  [ -s "$dir/report/report.json" ]
  [ -s "$dir/report/images.csv" ]
  grep -q "<figure" "$dir/report/report.html"
  [ "$(grep -cE "https?:" "$dir/report/report.html")" -eq 0 ]
  for plot in psnr ms_ssim ssimulacra2; do
    grep -q "^<svg xmlns=" "$dir/report/$plot.svg"
    grep -q ">tiny</text>" "$dir/report/$plot.svg"
  done
}

@test "the page works alone, on a telephone as well, and shows every picture under a slider" {
  imgcnn eval --data "$pictures/train/train0.png" --data "$pictures/rgb.png" --out "$dir/report" -m tiny -q 20,80 --baselines jpeg --threads 1
  expect 0
  page=$dir/report/report.html
  grep -q '<meta name="viewport" content="width=device-width' "$page"
  grep -q 'prefers-color-scheme: dark' "$page"
  [ "$(grep -c '<input type="range"' "$page")" -eq 2 ]
  # The slider is as wide as the picture, or its handle would not stand under the cut.
  grep -q '<input type="range".*max-width: 97px' "$page"
  [ "$(grep -c '<img alt="original"' "$page")" -eq 2 ]
  [ "$(grep -cE '(src|href)="[^d#]' "$page")" -eq 0 ]
  grep -q '>PSNR, mean over 2 pictures</text>' "$page"
  grep -q '>PSNR, mean over 2 pictures</text>' "$dir/report/psnr.svg"
  [ "$(grep -c 'jpeg' "$dir/report/images.csv")" -gt 2 ]
}

@test "eval goes on past a damaged picture" {
  mkdir "$dir/in"
  cp "$pictures/rgb.png" "$dir/in/a.png"
  head -c 300 "$pictures/rgb.png" >"$dir/in/b.png"
  imgcnn eval --data "$dir/in" --out "$dir/report" -m tiny -q 50 --baselines none --threads 1
  [ "$status" -eq 1 ]
  [[ "$err" == *"skipped: $dir/in/b.png: "* && "$out" == *"pictures: 1, failed: 1"* ]]
  [ -s "$dir/report/report.html" ]
  rm "$dir/in/a.png"
  imgcnn eval --data "$dir/in" --out "$dir/other" -m tiny -q 50 --baselines none --threads 1
  [ "$status" -eq 3 ]
  [ ! -e "$dir/other/report.json" ]
}

@test "eval measures other codecs beside" {
  imgcnn eval --data "$pictures/train" --out "$dir/report" -m tiny -q 20,50,80 --threads 1
  expect 0
  grep -q jpeg "$dir/report/curves.csv"
  grep -q webp "$dir/report/curves.csv"
}

@test "eval measures what --metrics says, and names what butteraugli lacks" {
  imgcnn eval --data "$pictures/rgb.png" --out "$dir/two" -m tiny -q 20,80 --baselines jpeg --threads 1 --metrics psnr,ssimulacra2
  expect 0
  head -n 1 <<<"$out" | grep -q "PSNR  SSIMULACRA2 "
  grep -qx "codec,anchor,origin,psnr_percent,ssimulacra2_percent" "$dir/two/bd_rates.csv"
  [ ! -e "$dir/two/ms_ssim.svg" ]
  grep -qE '^tiny,20,[0-9.]+,[0-9.]+,,-?[0-9.]+,,measured$' "$dir/two/curves.csv"
  imgcnn eval --data "$pictures/rgb.png" --out "$dir/bad" -m tiny --metrics vmaf
  expect 2 vmaf
  IMGCNN=/usr/bin/env imgcnn PATH=/nonexistent "$IMGCNN" eval --data "$pictures/rgb.png" --out "$dir/none" -m tiny -q 50 --baselines none --threads 1
  expect 0
  grep -q "not measured: butteraugli.*libjxl-devtools" <<<"$err"
  grep -q "Not measured: butteraugli.*libjxl-devtools" "$dir/none/report.html"
}

@test "eval tells how to install today's encoders where the interpreter lacks them" {
  imgcnn eval --data "$pictures/rgb.png" --out "$dir/report" -m tiny --baselines pillow-avif --python /nonexistent
  expect 2 "pip install pillow pillow-jxl-plugin"
  [ ! -e "$dir/report/report.json" ]
}

@test "eval measures today's encoders" {
  "${IMGCNN_PYTHON:-python3}" "$SCRIPTS/pillow_codec.py" versions avif || skip "no Pillow with AVIF: set IMGCNN_PYTHON"
  imgcnn eval --data "$pictures/rgb.png" --out "$dir/report" -m tiny -q 50 --baselines pillow-avif --threads 1 --metrics psnr
  expect 0
  [ "$(grep -c '^pillow-avif,.*,measured$' "$dir/report/curves.csv")" -gt 3 ]
  grep -q "pillow-avif: Pillow [0-9.]*, libavif .*tune=iq" "$dir/report/report.html"
}

@test "eval without pictures or model fails" {
  mkdir "$dir/empty"
  imgcnn eval --data "$dir/empty" --out "$dir/report" -m tiny
  expect 2
  imgcnn eval --data "$pictures/train" --out "$dir/report" -m no_such_model
  expect 4 no_such_model
}

@test "eval measures every codec that can run here, and names a missing one's package" {
  imgcnn eval --data "$pictures/rgb.png" --out "$dir/all" -m tiny -q 50 --baselines all --threads 1
  expect 0
  grep -q jpeg "$dir/all/curves.csv"
  for pair in avif:avifenc jxl:cjxl; do
    if command -v "${pair#*:}"; then grep -q "${pair%:*}" "$dir/all/curves.csv"
    else grep -q "left out.*${pair%:*}" <<<"$err"; fi
  done
  IMGCNN=/usr/bin/env imgcnn PATH=/nonexistent "$IMGCNN" eval --data "$pictures/rgb.png" --out "$dir/none" -m tiny --baselines avif
  expect 2 libavif-bin
  [ ! -e "$dir/none/report.json" ]
}

@test "eval keeps an older report unless forced" {
  mkdir "$dir/report"
  echo old >"$dir/report/report.json"
  imgcnn eval --data "$pictures/rgb.png" --out "$dir/report" -m no_such_model
  expect 5 "report.json: exists"
  [ "$(cat "$dir/report/report.json")" = old ]
  imgcnn eval --data "$pictures/rgb.png" --out "$dir/report" -m tiny -q 50 --baselines none --threads 1 -f
  expect 0
  [ "$(cat "$dir/report/report.json")" != old ]
}

@test "eval compares with published curves when asked" {
  cat >"$dir/curves.json" <<'JSON'
{"curves": [{"name": "theirs", "source": "a paper", "points": [{"bpp": 0.1, "psnr_db": 5}, {"bpp": 2, "psnr_db": 60}]}]}
JSON
  imgcnn eval --data "$pictures/rgb.png" --out "$dir/report" -m tiny -q 20,80 --baselines none --threads 1 \
    --published "$dir/curves.json"
  expect 0
  grep -q "against theirs (published)" <<<"$out"
  grep -q "^theirs,,0.1,5,,,,published" "$dir/report/curves.csv"
  grep -q '"source": "a paper"' "$dir/report/report.json"
  imgcnn eval --data "$pictures/rgb.png" --out "$dir/bare" -m tiny -q 50 --baselines none --threads 1 --published none
  expect 0
  [ "$(grep -c ",published$" "$dir/bare/curves.csv")" -eq 0 ]
  imgcnn eval --data "$pictures/rgb.png" --out "$dir/other" -m tiny --published "$dir/none.json"
  expect 3 none.json
}
