#include "image/formats/jpeg_segments.h"

#include <algorithm>
#include <cstring>

#include "image/formats/bytes.h"

namespace imgcnn::image {
namespace {

constexpr char kIccPrefix[] = "ICC_PROFILE";  // the zero behind it belongs to it
constexpr int kApp2 = 0xE2;
constexpr int kApp11 = 0xEB;
constexpr int kApp13 = 0xED;

/// A piece of a profile that is too large for one segment.
struct IccPiece {
  unsigned number = 0;  ///< counted from 1, by some programs from 0
  unsigned count = 0;   ///< of all pieces
  ByteSpan data;
};

/// Collects the pieces of the profile and puts them together.
class IccPieces {
 public:
  void add(ByteSpan segment) {
    const ByteSpan behind = part(segment, sizeof kIccPrefix);
    if (behind.size() < 2) return;
    pieces_.push_back({behind[0], behind[1], part(behind, 2)});
  }

  /// The profile; empty when there is none, or when its pieces do not make one, which is a warning.
  Bytes assemble(Warnings& warnings) {
    if (pieces_.empty()) return {};
    const bool numbered = numbers_are_complete();
    Bytes profile;
    for (const IccPiece& piece : pieces_)
      profile.insert(profile.end(), piece.data.begin(), piece.data.end());
    // Pieces with odd numbers are believed when the profile has the size that its first four bytes
    // state.
    const bool sized = read_be(profile, 0, 4) == profile.size();
    if (numbered || sized) return profile;
    warnings.lost_metadata("a damaged ICC profile");
    return {};
  }

 private:
  /// Sorts the pieces; true when they are numbered from 1 or from 0 without gaps and all of them
  /// are there.
  bool numbers_are_complete() {
    std::vector<IccPiece> sorted = pieces_;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const IccPiece& a, const IccPiece& b) { return a.number < b.number; });
    const unsigned first = sorted.front().number;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      if (sorted[i].number != first + i || sorted[i].count != sorted.size()) return false;
    }
    pieces_ = std::move(sorted);
    return first <= 1;
  }

  std::vector<IccPiece> pieces_;
};

/// `data` behind a prefix that ends with a zero; nothing happens when another prefix stands there,
/// or when a segment before had the prefix already.
template <std::size_t size>
void take_behind(ByteSpan data, const char (&prefix)[size], Bytes& to) {
  if (!to.empty() || data.size() < size || std::memcmp(data.data(), prefix, size) != 0) return;
  to = part(data, size).to_bytes();
}

}  // namespace

Metadata read_jpeg_segments(const std::vector<JpegSegment>& segments, Warnings& warnings) {
  Metadata metadata;
  IccPieces icc;
  for (const JpegSegment& segment : segments) {
    const ByteSpan data = segment.data;
    if (segment.marker == kJpegApp1) {
      take_behind(data, kJpegExifPrefix, metadata.exif);
      take_behind(data, kJpegXmpPrefix, metadata.xmp);
      if (has_at(data, 0, "http://ns.adobe.com/xmp/extension/"))
        warnings.lost_metadata("extended XMP");
    }
    if (segment.marker == kApp2 && has_at(data, 0, kIccPrefix)) icc.add(data);
    if (segment.marker == kApp2 && has_at(data, 0, "MPF")) warnings.lost("further pictures (MPF)");
    if (segment.marker == kApp11 && has_at(data, 0, "JP"))
      warnings.lost_metadata("JUMBF (content credentials)");
    if (segment.marker == kApp13 && has_at(data, 0, "Photoshop 3.0"))
      warnings.lost_metadata("IPTC");
  }
  metadata.icc = icc.assemble(warnings);
  return metadata;
}

}  // namespace imgcnn::image
