#!/usr/bin/env bash
# Builds, tests and shows imgcnn on a bare Debian 12.
#
#   ./setup.sh build          install what is missing, build build/release/imgcnn
#   ./setup.sh test           the same, then build and run every test
#   ./setup.sh demo [IMAGE]   the same as build, then compress a photograph and print what came of it (in demo/)
#
# IMGCNN_TORCH_DIR=DIR      builds with an official LibTorch (the folder torch/ or libtorch/) instead of Debian's
# IMGCNN_JOBS=N             parallel compilations; default: by cores and memory
set -euo pipefail
cd "$(dirname "$0")"

readonly build_dir=build/release
packages=(build-essential cmake ninja-build pkg-config libopencv-dev libcli11-dev libspdlog-dev
  nlohmann-json3-dev libxxhash-dev libssl-dev libpng-dev libjpeg-dev
  libtiff-dev libwebp-dev zlib1g-dev libdeflate-dev libgtest-dev bats python3-numpy)
readonly photo_package=mate-backgrounds
readonly default_photo=/usr/share/backgrounds/mate/nature/Dune.jpg

say() { printf '== %s\n' "$*" >&2; }

die() {
  printf 'setup.sh: %s\n' "$*" >&2
  exit 1
}

usage() {
  sed -n '2,9s/^# \{0,1\}//p' "$0"
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo --preserve-env=DEBIAN_FRONTEND "$@"
  else
    die "needs root or sudo for: $*"
  fi
}

installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Installs those of the named packages that are missing; touches nothing when all are there.
install_packages() {
  local missing=() package
  command -v dpkg-query >/dev/null || die "made for Debian 12; elsewhere install the packages by hand (README.md)"
  for package in "$@"; do
    installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -q
  as_root apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# Reference BLAS is twenty times slower than OpenBLAS; Debian's alternatives may still point at it.
choose_openblas() {
  local library triplet target
  triplet=$(dpkg-architecture -qDEB_HOST_MULTIARCH)
  for library in libblas.so.3 liblapack.so.3; do
    target=/usr/lib/$triplet/openblas-pthread/$library
    if [ -e "$target" ] && [ "$(readlink -f "/etc/alternatives/$library-$triplet")" != "$(readlink -f "$target")" ]; then
      say "choosing OpenBLAS for $library"
      as_root update-alternatives --set "$library-$triplet" "$target"
    fi
  done
}

prepare() {
  if [ -z "${IMGCNN_TORCH_DIR:-}" ]; then
    packages+=(libtorch-dev libopenblas0-pthread)
  fi
  install_packages "${packages[@]}"
  [ -n "${IMGCNN_TORCH_DIR:-}" ] || choose_openblas
}

# One compilation that includes LibTorch takes up to 2.5 GiB.
jobs() {
  local cores memory_kib by_memory
  if [ -n "${IMGCNN_JOBS:-}" ]; then
    echo "$IMGCNN_JOBS"
    return
  fi
  cores=$(nproc)
  memory_kib=$(awk '/^MemAvailable:/ {print $2}' /proc/meminfo)
  by_memory=$((memory_kib / 2621440))
  [ "$by_memory" -ge 1 ] || by_memory=1
  echo $((cores < by_memory ? cores : by_memory))
}

# build TARGET...
build() {
  cmake --preset release -DIMGCNN_TORCH_DIR="${IMGCNN_TORCH_DIR:-}"
  cmake --build --preset release --parallel "$(jobs)" --target "$@"
}

demo() {
  local photo=${1:-} imgcnn=$build_dir/imgcnn quality
  if [ -z "$photo" ]; then
    install_packages "$photo_package"
    photo=$default_photo
  fi
  [ -r "$photo" ] || die "$photo: no such picture"
  mkdir -p demo
  for quality in 20 50 80; do
    "$imgcnn" compress --quiet -f -q "$quality" "$photo" "demo/q$quality.cnz"
    "$imgcnn" decompress --quiet -f "demo/q$quality.cnz" "demo/q$quality.png"
  done
  "$imgcnn" eval --quiet -f --data "$photo" --out demo/report -q 20,50,80 --baselines none --jpeg-at-size
  say "photograph: $photo"
  say "compressed files, decoded pictures and the report: $PWD/demo"
}

case "${1:-}" in
  build)
    prepare
    build imgcnn imgcnn_engine
    say "built $PWD/$build_dir/imgcnn"
    ;;
  test)
    prepare
    build all
    ctest --preset release --parallel "$(nproc)"
    ;;
  demo)
    prepare
    build imgcnn imgcnn_engine
    demo "${2:-}"
    ;;
  -h | --help | help | '')
    usage
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac
