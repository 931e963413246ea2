// Sections: one walk over the file that checks everything serves both parsing and inspection.

#include "imgcnn/bitstream/container.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "imgcnn/base/error.h"
#include "imgcnn/base/sha256.h"

namespace imgcnn::bitstream {
namespace {

constexpr std::uint8_t kEndType = 0x00;
constexpr std::uint8_t kAlphaType = 0x02;
constexpr std::uint8_t kAncillaryBit = 0x80;

// Ascending types: the order of the sections in a file.
struct KnownSection {
  std::uint8_t type;
  const char* name;
  Bytes Container::*payload;
};
constexpr KnownSection kSections[] = {{0x01, "latent", &Container::latent},
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

void check_fault(const ByteReader& reader, const std::string& what) {
  require(reader.fault() != ByteReader::Fault::kTruncated, ErrorCode::kTruncated, what + ": the file ends early");
  require(reader.fault() == ByteReader::Fault::kNone, ErrorCode::kCorrupt, what + ": is damaged");
}

Section read_section(ByteReader& reader, std::size_t begin, std::uint8_t type, const std::string& origin) {
  Section section{};
  section.type = type;
  const auto* known = std::find_if(std::begin(kSections), std::end(kSections),
                                   [&](const KnownSection& candidate) { return candidate.type == type; });
  if (known != std::end(kSections)) section.known = known;
  const std::string what = origin + ": section '" + section_name(type, section.known) + "'";

  const std::uint32_t length = reader.leb128();
  section.offset = reader.position();
  section.payload = reader.take(length);
  check_fault(reader, what);
  const std::uint32_t expected = checksum(reader.since(begin));
  const std::uint32_t stored = reader.u32();
  check_fault(reader, what);
  require(stored == expected, ErrorCode::kCorrupt, what + ": is damaged");
  require(section.known != nullptr || (type & kAncillaryBit) != 0, ErrorCode::kUnsupportedVersion,
          what + ": needs a newer version of this program");
  require(section.known == nullptr || length > 0, ErrorCode::kCorrupt, what + ": is empty");
  return section;
}

// All sections up to the end mark, behind which nothing may follow.
std::vector<Section> read_sections(ByteReader& reader, const StreamHeader& header, const std::string& origin) {
  std::vector<Section> sections;
  for (;;) {
    const std::size_t begin = reader.position();
    const std::uint8_t type = reader.u8();
    check_fault(reader, origin);
    if (type == kEndType) break;
    const Section section = read_section(reader, begin, type, origin);
    const bool in_order = sections.empty() || sections.back().type < type;
    require(in_order, ErrorCode::kCorrupt, origin + ": sections are out of order");
    sections.push_back(section);
  }
  require(reader.remaining() == 0, ErrorCode::kCorrupt, origin + ": bytes follow the end of the file's contents");
  const bool has_latent = !sections.empty() && sections.front().type == kSections[0].type;
  require(has_latent, ErrorCode::kCorrupt, origin + ": section 'latent' is missing");
  const bool alpha_stored =
      std::any_of(sections.begin(), sections.end(), [](const Section& s) { return s.type == kAlphaType; });
  require(!alpha_stored || has_alpha(header), ErrorCode::kCorrupt, origin + ": section 'alpha' has no channel");
  return sections;
}

}  // namespace

Bytes serialize_container(const Container& container) {
  require(!container.latent.empty(), ErrorCode::kInvalidArgument, "a file needs a latent section");
  require(container.alpha.empty() || has_alpha(container.header), ErrorCode::kInvalidArgument,
          "an alpha section needs 2 or 4 channels");
  ByteWriter writer;
  write_header(writer, container.header);
  for (const KnownSection& section : kSections) {
    const Bytes& payload = container.*section.payload;
    if (payload.empty()) continue;
    require(payload.size() <= std::numeric_limits<std::uint32_t>::max(), ErrorCode::kInvalidArgument,
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
  Container container;
  container.header = read_header(reader, origin);
  check_limits(container.header, limits, origin);
  for (const Section& section : read_sections(reader, container.header, origin)) {
    if (section.known != nullptr) container.*section.known->payload = section.payload.to_bytes();
  }
  return container;
}

ContainerInfo inspect_container(ByteSpan file, const std::string& origin) {
  ByteReader reader(file);
  ContainerInfo info;
  info.header = read_header(reader, origin);
  for (const Section& section : read_sections(reader, info.header, origin)) {
    info.sections.push_back({section_name(section.type, section.known), section.offset, section.payload.size()});
  }
  return info;
}

}  // namespace imgcnn::bitstream
