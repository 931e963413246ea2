#include "image/formats/deflate.h"

#include <libdeflate.h>
#include <zlib.h>

#include <array>
#include <memory>
#include <new>

#include "imgcnn/base/error.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::image {
namespace {

struct FreeCompressor {
  void operator()(libdeflate_compressor* compressor) const {
    libdeflate_free_compressor(compressor);
  }
};

struct EndInflate {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

/// Where the last block of a stream starts and where it ends, in bits.
struct LastBlock {
  std::size_t start = 0;
  std::size_t end = 0;
};

/// Only a reader of all its codes finds the blocks of a stream; zlib's stops at each of them.
LastBlock find_last_block(ByteSpan stream) {
  constexpr int kRaw = -15;
  constexpr int kAtBlock = 128;
  constexpr int kUnusedBits = 7;
  std::array<std::uint8_t, 65536> scratch;  // NOLINT: never read
  z_stream state = {};
  if (inflateInit2(&state, kRaw) != Z_OK) throw std::bad_alloc();
  const std::unique_ptr<z_stream, EndInflate> guard(&state);
  state.next_in = const_cast<Bytef*>(stream.data());
  state.avail_in = static_cast<uInt>(stream.size());
  LastBlock found;
  int status = Z_OK;
  while (status == Z_OK) {
    state.next_out = scratch.data();
    state.avail_out = static_cast<uInt>(scratch.size());
    status = inflate(&state, Z_BLOCK);
    if ((state.data_type & kAtBlock) == 0) continue;
    found.start = found.end;
    found.end = state.total_in * 8 - static_cast<std::size_t>(state.data_type & kUnusedBits);
  }
  require(status == Z_STREAM_END, ErrorCode::kInternal, "libdeflate made what zlib cannot read");
  return found;
}

/// Takes the mark of the last block away and puts an empty stored block behind, which ends at a
/// whole byte.
void leave_open(Bytes& stream) {
  const LastBlock last = find_last_block(stream);
  stream[last.start / 8] &= static_cast<std::uint8_t>(~(1U << last.start % 8));
  // The three bits of its header are zeros, as is what fills the byte.
  constexpr std::size_t kHeaderBits = 3;
  stream.resize((last.end + kHeaderBits + 7) / 8);
  stream.insert(stream.end(), {0x00, 0x00, 0xFF, 0xFF});
}

}  // namespace

Bytes deflate_part(ByteSpan bytes, int level, bool last) {
  // What libdeflate has beyond 9 is slow, and the best there is.
  constexpr std::array<int, kMaxPngLevel + 1> kLevels = {0, 1, 2, 3, 4, 5, 6, 7, 8, 12};
  const std::unique_ptr<libdeflate_compressor, FreeCompressor> compressor(
      libdeflate_alloc_compressor(kLevels.at(static_cast<std::size_t>(level))));
  if (compressor == nullptr) throw std::bad_alloc();
  Bytes stream(libdeflate_deflate_compress_bound(compressor.get(), bytes.size()));
  stream.resize(libdeflate_deflate_compress(compressor.get(), bytes.data(), bytes.size(),
                                            stream.data(), stream.size()));
  require(!stream.empty(), ErrorCode::kInternal,
          "libdeflate ran out of the room that it asked for");
  if (!last) leave_open(stream);
  return stream;
}

}  // namespace imgcnn::image
