// Sections: one walk over the file that checks everything serves parsing and inspection, of whole
// files and of fronts.

#include "imgcnn/bitstream/container.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "imgcnn/base/error.h"
#include "imgcnn/base/sha256.h"

namespace imgcnn::bitstream {
namespace {

constexpr std::uint8_t kEndType = 0x00;
constexpr std::uint8_t kCoarseType = 0x01;
constexpr std::uint8_t kPixelsType = 0x02;
constexpr std::uint8_t kDetailType = 0x03;
constexpr std::uint8_t kAlphaType = 0x04;
constexpr std::uint8_t kAncillaryBit = 0x80;
constexpr std::size_t kChecksumBytes = 4;

// Ascending types: the order of the sections in a file.
struct KnownSection {
  std::uint8_t type;
  const char* name;
  Bytes Container::*payload;
};
constexpr KnownSection kSections[] = {{kCoarseType, "coarse", &Container::coarse},
                                      {kPixelsType, "pixels", &Container::pixels},
                                      {kDetailType, "detail", &Container::detail},
                                      {kAlphaType, "alpha", &Container::alpha},
                                      {0x81, "icc", &Container::icc},
                                      {0x82, "exif", &Container::exif},
                                      {0x83, "xmp", &Container::xmp}};

struct Section {
  std::uint8_t type;
  const KnownSection* known;  // nullptr for a section of a later version
  std::uint64_t offset;
  ByteSpan payload;
};

bool has_alpha(const StreamHeader& header) { return header.channels % 2 == 0; }

std::string section_name(std::uint8_t type, const KnownSection* known) {
  if (known != nullptr) return known->name;
  return "unknown-" + to_hex(ByteSpan(&type, 1));
}

// How much of a file is wanted.
enum class Extent { kWhole, kFront };

// A way through the sections of a file, from the end of its header on.
class Walk {
 public:
  Walk(ByteReader& reader, const StreamHeader& header, Extent extent, const std::string& origin)
      : reader_(reader), header_(header), extent_(extent), origin_(origin) {}

  // Goes to the end mark, behind which nothing may follow.
  void go() {
    while (next()) {
    }
    require(reader_.remaining() == 0, ErrorCode::kCorrupt,
            origin_ + ": bytes follow the end of the file's contents");
    require(has(kCoarseType), ErrorCode::kCorrupt, origin_ + ": section 'coarse' is missing");
    require(
        has(kDetailType) == (header_.coarse > 0), ErrorCode::kCorrupt,
        origin_ + ": section 'detail' " + (header_.coarse > 0 ? "is missing" : "has no channels"));
    require(!has(kAlphaType) || has_alpha(header_), ErrorCode::kCorrupt,
            origin_ + ": section 'alpha' has no channel");
  }

  [[nodiscard]] const std::vector<Section>& sections() const { return sections_; }
  [[nodiscard]] std::uint64_t preview_bytes() const { return preview_bytes_; }

 private:
  [[nodiscard]] bool has(std::uint8_t type) const {
    return std::any_of(sections_.begin(), sections_.end(),
                       [&](const Section& s) { return s.type == type; });
  }

  void check_fault(const std::string& what) const {
    if (reader_.fault() == ByteReader::Fault::kTruncated) {
      std::string hint;
      if (has(kCoarseType))
        hint = "; a preview can still be shown";
      else if (preview_bytes_ > 0)
        hint = "; a preview needs its first " + std::to_string(preview_bytes_) + " bytes";
      throw Error(ErrorCode::kTruncated, what + ": the file ends early" + hint);
    }
    require(reader_.fault() == ByteReader::Fault::kNone, ErrorCode::kCorrupt,
            what + ": is damaged");
  }

  // False at the end mark.
  bool next() {
    const std::size_t begin = reader_.position();
    Section section{};
    section.type = reader_.u8();
    check_fault(origin_);
    if (section.type == kEndType) return false;
    const auto* known =
        std::find_if(std::begin(kSections), std::end(kSections),
                     [&](const KnownSection& candidate) { return candidate.type == section.type; });
    if (known != std::end(kSections)) section.known = known;
    const std::string what =
        origin_ + ": section '" + section_name(section.type, section.known) + "'";

    const std::uint32_t length = reader_.leb128();
    section.offset = reader_.position();
    const bool length_known = reader_.fault() == ByteReader::Fault::kNone;
    if (sections_.empty() && section.type == kCoarseType && length_known)
      preview_bytes_ = section.offset + length + kChecksumBytes;
    section.payload = reader_.take(length);
    check_fault(what);
    const ByteSpan checked = reader_.since(begin);
    const std::uint32_t stored = reader_.u32();
    check_fault(what);
    const bool looked_at = extent_ == Extent::kWhole || section.type != kDetailType;
    require(!looked_at || stored == checksum(checked), ErrorCode::kCorrupt, what + ": is damaged");
    require(section.known != nullptr || (section.type & kAncillaryBit) != 0,
            ErrorCode::kUnsupportedVersion, what + ": needs a newer version of this program");
    require(section.known == nullptr || length > 0 || section.type == kDetailType,
            ErrorCode::kCorrupt, what + ": is empty");
    require(sections_.empty() ? section.type == kCoarseType : sections_.back().type < section.type,
            ErrorCode::kCorrupt, what + ": is out of order");
    sections_.push_back(section);
    return true;
  }

  ByteReader& reader_;
  const StreamHeader& header_;
  Extent extent_;
  const std::string& origin_;
  std::vector<Section> sections_;
  std::uint64_t preview_bytes_ = 0;
};

Container to_container(const StreamHeader& header, const std::vector<Section>& sections,
                       Extent extent) {
  Container container;
  container.header = header;
  for (const Section& section : sections) {
    const bool wanted = extent == Extent::kWhole || section.type != kDetailType;
    if (section.known != nullptr && wanted)
      container.*section.known->payload = section.payload.to_bytes();
  }
  return container;
}

ContainerInfo to_info(const StreamHeader& header, const Walk& walk) {
  ContainerInfo info;
  info.header = header;
  info.preview_bytes = walk.preview_bytes();
  for (const Section& section : walk.sections())
    info.sections.push_back(
        {section_name(section.type, section.known), section.offset, section.payload.size()});
  return info;
}

}  // namespace

Bytes serialize_container(const Container& container) {
  require(!container.coarse.empty(), ErrorCode::kInvalidArgument,
          "a file needs a section 'coarse'");
  const bool has_detail = container.header.coarse > 0;
  require(has_detail || container.detail.empty(), ErrorCode::kInvalidArgument,
          "section 'detail' has no channels");
  require(container.alpha.empty() || has_alpha(container.header), ErrorCode::kInvalidArgument,
          "an alpha section needs 2 or 4 channels");
  ByteWriter writer;
  write_header(writer, container.header);
  for (const KnownSection& section : kSections) {
    const Bytes& payload = container.*section.payload;
    if (payload.empty() && !(has_detail && section.type == kDetailType)) continue;
    require(payload.size() <= std::numeric_limits<std::uint32_t>::max(),
            ErrorCode::kInvalidArgument,
            std::string("section '") + section.name + "' is larger than 4 GiB");
    const std::size_t begin = writer.bytes().size();
    writer.u8(section.type);
    writer.leb128(static_cast<std::uint32_t>(payload.size()));
    writer.append(payload);
    writer.u32(checksum(ByteSpan(writer.bytes()).subspan(begin, writer.bytes().size() - begin)));
  }
  writer.u8(kEndType);
  return writer.take();
}

Container parse_container(ByteSpan file, const ParseLimits& limits, const std::string& origin) {
  ByteReader reader(file);
  const StreamHeader header = read_header(reader, origin);
  check_limits(header, limits, origin);
  Walk walk(reader, header, Extent::kWhole, origin);
  walk.go();
  return to_container(header, walk.sections(), Extent::kWhole);
}

Container parse_front(ByteSpan file, const ParseLimits& limits, const std::string& origin) {
  ByteReader reader(file);
  const StreamHeader header = read_header(reader, origin);
  check_limits(header, limits, origin);
  Walk walk(reader, header, Extent::kFront, origin);
  try {
    walk.go();
  } catch (const Error& error) {
    // A critical section may change what the others mean.
    if (walk.sections().empty() || error.code() == ErrorCode::kUnsupportedVersion) throw;
  }
  return to_container(header, walk.sections(), Extent::kFront);
}

ContainerInfo inspect_container(ByteSpan file, const std::string& origin) {
  ByteReader reader(file);
  const StreamHeader header = read_header(reader, origin);
  Walk walk(reader, header, Extent::kWhole, origin);
  walk.go();
  return to_info(header, walk);
}

ContainerInfo inspect_front(ByteSpan file, const std::string& origin) {
  ByteReader reader(file);
  const StreamHeader header = read_header(reader, origin);
  Walk walk(reader, header, Extent::kFront, origin);
  std::optional<Error> fault;
  try {
    walk.go();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kUnsupportedVersion) throw;
    fault = error;
  }
  ContainerInfo info = to_info(header, walk);
  info.fault = std::move(fault);
  return info;
}

}  // namespace imgcnn::bitstream
