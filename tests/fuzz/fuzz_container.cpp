// Any bytes: parsed or refused with an Error; what was parsed is written back to the same bytes.

#include "fuzz_input.h"
#include "imgcnn/base/error.h"
#include "imgcnn/bitstream/container.h"

namespace imgcnn::fuzz {
namespace {

using bitstream::Container;

void round_trip(ByteSpan file) {
  const Container container = bitstream::parse_container(file, {}, "input");
  const bitstream::ContainerInfo info = bitstream::inspect_container(file, "input");
  bool all_known = true;
  for (const auto& section : info.sections) {
    expect(section.offset + section.length <= file.size(), "sections lie inside the file");
    all_known = all_known && section.name.rfind("unknown", 0) != 0;
  }
  const Bytes written = bitstream::serialize_container(container);
  if (all_known) expect(written == file.to_bytes(), "a file of known sections has one form");
  (void)bitstream::parse_container(written, {}, "written");
  expect(bitstream::parse_front(file, {}, "input").coarse == container.coarse,
         "a whole file has a front");
}

void front(ByteSpan file) {
  const bitstream::ContainerInfo info = bitstream::inspect_front(file, "input");
  expect(!info.has_preview() || info.preview_bytes <= file.size(),
         "a preview lies inside the file");
  if (!info.has_preview()) return;
  const ByteSpan needed = file.subspan(0, static_cast<std::size_t>(info.preview_bytes));
  expect(bitstream::inspect_front(needed, "input").has_preview(),
         "a preview needs no more than it says");
  (void)bitstream::parse_front(file, {}, "input");
}

// Checksums stop random bytes early: this one builds a sealed file out of them.
Bytes sealed(Input input) {
  bitstream::ByteWriter writer;
  for (std::uint32_t left = input.u8() % 64; left > 0; --left)
    writer.u8(static_cast<std::uint8_t>(input.u8()));
  writer.u32(bitstream::checksum(writer.bytes()));
  while (!input.empty()) {
    bitstream::ByteWriter section;
    section.u8(static_cast<std::uint8_t>(input.u8()));
    const std::uint32_t length = input.u8();
    section.leb128(length);
    for (std::uint32_t i = 0; i < length; ++i) section.u8(static_cast<std::uint8_t>(input.u8()));
    section.u32(bitstream::checksum(section.bytes()));
    writer.append(section.bytes());
  }
  writer.u8(0);
  return writer.take();
}

}  // namespace
}  // namespace imgcnn::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace imgcnn::fuzz;
  const imgcnn::Bytes built = sealed(Input(data, size));
  for (const imgcnn::ByteSpan file : {imgcnn::ByteSpan(data, size), imgcnn::ByteSpan(built)}) {
    for (const auto check : {round_trip, front}) {
      try {
        check(file);
      } catch (const imgcnn::Error&) {
      }
    }
  }
  return 0;
}
