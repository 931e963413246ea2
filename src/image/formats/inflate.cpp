#include "image/formats/inflate.h"

#include <zlib.h>

#include <algorithm>

namespace imgcnn::image {
namespace {

struct Stream {
  z_stream state = {};
  bool ready = false;

  Stream() : ready(inflateInit(&state) == Z_OK) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() {
    if (ready) inflateEnd(&state);
  }
};

}  // namespace

std::optional<Bytes> inflate_bounded(ByteSpan stream, std::size_t limit) {
  constexpr std::size_t kFirstGuess = 4096;
  Stream zlib;
  if (!zlib.ready || stream.size() > limit) return std::nullopt;
  Bytes out(kFirstGuess);
  zlib.state.next_in = const_cast<Bytef*>(stream.data());
  zlib.state.avail_in = static_cast<uInt>(stream.size());
  while (true) {
    zlib.state.next_out = out.data() + zlib.state.total_out;
    zlib.state.avail_out = static_cast<uInt>(out.size() - zlib.state.total_out);
    const int status = inflate(&zlib.state, Z_NO_FLUSH);
    if (status == Z_STREAM_END) break;
    if (status != Z_OK || zlib.state.avail_out > 0 || out.size() >= limit) return std::nullopt;
    out.resize(std::min(out.size() * 2, limit));
  }
  out.resize(zlib.state.total_out);
  return out;
}

bool is_damaged_zlib(ByteSpan stream) {
  Stream zlib;
  Bytes scratch(std::size_t{1} << 16);
  zlib.state.next_in = const_cast<Bytef*>(stream.data());
  zlib.state.avail_in = static_cast<uInt>(stream.size());
  int status = zlib.ready ? Z_OK : Z_MEM_ERROR;
  while (status == Z_OK) {
    zlib.state.next_out = scratch.data();
    zlib.state.avail_out = static_cast<uInt>(scratch.size());
    status = inflate(&zlib.state, Z_NO_FLUSH);
  }
  return status != Z_STREAM_END && status != Z_BUF_ERROR;
}

}  // namespace imgcnn::image
