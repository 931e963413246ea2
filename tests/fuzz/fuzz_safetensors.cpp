// Any bytes: parsed or refused with an Error; what was parsed survives being written and read
// again.

#include "fuzz_input.h"
#include "imgcnn/base/error.h"
#include "imgcnn/bitstream/safetensors.h"

namespace imgcnn::fuzz {
namespace {

using bitstream::TensorFile;

void round_trip(ByteSpan file) {
  const TensorFile parsed = bitstream::parse_safetensors(file.to_bytes(), "input");
  const TensorFile header = bitstream::parse_safetensors_header(file, file.size(), "input");
  expect(header.tensors.size() == parsed.tensors.size(), "the header tells the same");
  const Bytes written = bitstream::serialize_safetensors(parsed);
  const TensorFile again = bitstream::parse_safetensors(written, "written");
  expect(again.metadata == parsed.metadata, "metadata survives");
  expect(bitstream::tensor_digest(again) == bitstream::tensor_digest(parsed),
         "the identity survives");
  expect(bitstream::serialize_safetensors(again) == written, "writing has one form");
}

}  // namespace
}  // namespace imgcnn::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Once as it is, and once as a header with the length that it has.
  imgcnn::Bytes framed(8 + size);
  for (std::size_t i = 0; i < 8; ++i) framed[i] = static_cast<std::uint8_t>(size >> (8 * i));
  std::copy_n(data, size, framed.begin() + 8);
  for (const imgcnn::ByteSpan file : {imgcnn::ByteSpan(data, size), imgcnn::ByteSpan(framed)}) {
    try {
      imgcnn::fuzz::round_trip(file);
    } catch (const imgcnn::Error&) {
    }
  }
  return 0;
}
