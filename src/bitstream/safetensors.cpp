// Reading and writing of safetensors files: every length is checked before it is used.

#include "imgcnn/bitstream/safetensors.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>
#include <utility>

#include "bitstream/tensor_layout.h"
#include "imgcnn/base/error.h"
#include "imgcnn/bitstream/byte_io.h"

namespace imgcnn::bitstream {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeaderBytes = std::uint64_t{8} << 20;
constexpr int kMaxDepth = 3;  // {name: {"shape": [n]}}

// Where a tensor's bytes lie, counted from the end of the header.
struct Extent {
  std::uint64_t begin;
  std::uint64_t end;
  const std::string* name;
  TensorRecord* record;
};

struct ParsedHeader {
  TensorFile file;
  std::vector<Extent> extents;  // pointers into file.tensors, whose nodes survive a move
  std::uint64_t data_start = 0;
};

[[noreturn]] void fail(ErrorCode code, const std::string& origin, const std::string& reason) {
  throw Error(code, origin + ": " + reason);
}

[[noreturn]] void corrupt(const std::string& origin, const std::string& reason) {
  fail(ErrorCode::kCorrupt, origin, reason);
}

// The library keeps the last of two equal keys; a model with an ambiguous header is refused
// instead.
Json parse_json(ByteSpan text, const std::string& origin) {
  std::vector<std::set<std::string>> keys;
  const char* fault = nullptr;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > kMaxDepth) fault = "header is nested too deeply";
    if (event == Json::parse_event_t::object_start) {
      keys.emplace_back();
    } else if (event == Json::parse_event_t::object_end) {
      keys.pop_back();
    } else if (event == Json::parse_event_t::key) {
      if (!keys.back().insert(parsed.get_ref<const std::string&>()).second)
        fault = "duplicate name in the header";
    }
    return fault == nullptr;
  };
  Json json = Json::parse(text.begin(), text.end(), watch, /*allow_exceptions=*/false);
  if (fault != nullptr) corrupt(origin, fault);
  if (!json.is_object()) corrupt(origin, "header is not a JSON object");
  return json;
}

std::uint64_t unsigned_value(const Json& json, std::uint64_t limit, const std::string& what) {
  const auto* value = json.get_ptr<const Json::number_unsigned_t*>();
  if (value == nullptr || *value > limit)
    corrupt(what, "is not an integer from 0 to " + std::to_string(limit));
  return *value;
}

const Json& member(const Json& json, const char* key, Json::value_t type, const std::string& what) {
  const auto found = json.find(key);
  if (found == json.end() || found->type() != type) {
    corrupt(what, std::string("has no proper '") + key + "'");
  };
  return *found;
}

Extent parse_tensor(const Json& json, std::uint64_t data_size, const std::string& what,
                    TensorRecord& record) {
  if (!json.is_object() || json.size() != 3)
    corrupt(what, "needs exactly dtype, shape and data_offsets");
  const auto& type =
      member(json, "dtype", Json::value_t::string, what).get_ref<const std::string&>();
  const std::optional<DType> dtype = dtype_of_name(type);
  if (!dtype) corrupt(what, "has an element type that is not supported");
  record.dtype = *dtype;

  const Json& shape = member(json, "shape", Json::value_t::array, what);
  if (shape.size() > kMaxRank) corrupt(what, "has too many dimensions");
  for (const Json& side : shape) {
    record.shape.push_back(
        static_cast<std::int64_t>(unsigned_value(side, INT64_MAX, what + ": shape")));
  }

  const Json& offsets = member(json, "data_offsets", Json::value_t::array, what);
  if (offsets.size() != 2) corrupt(what, "needs two data_offsets");
  Extent extent{};
  extent.begin = unsigned_value(offsets[0], INT64_MAX, what + ": data_offsets");
  extent.end = unsigned_value(offsets[1], INT64_MAX, what + ": data_offsets");
  if (extent.end > data_size) fail(ErrorCode::kTruncated, what, "ends behind the end of the file");
  const auto bytes = tensor_bytes(record, data_size);
  if (extent.begin > extent.end || !bytes || *bytes != extent.end - extent.begin) {
    corrupt(what, "has data_offsets that do not fit its shape");
  }
  return extent;
}

void parse_metadata(const Json& json, const std::string& origin, TensorFile& file) {
  if (!json.is_object()) corrupt(origin, "metadata is not an object");
  for (const auto& [key, value] : json.items()) {
    if (!value.is_string()) corrupt(origin, "metadata '" + key + "' is not a string");
    file.metadata.emplace(key, value.get_ref<const std::string&>());
  }
}

std::string tensor_label(const std::string& origin, const std::string& name) {
  return origin + ": tensor '" + name + "'";
}

void check_tiling(std::vector<Extent>& extents, std::uint64_t data_size,
                  const std::string& origin) {
  std::sort(extents.begin(), extents.end(), [](const Extent& a, const Extent& b) {
    return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
  });
  std::uint64_t position = 0;
  for (const Extent& extent : extents) {
    if (extent.begin != position)
      corrupt(tensor_label(origin, *extent.name), "leaves a hole or overlaps");
    position = extent.end;
  }
  if (position != data_size) corrupt(origin, "trailing bytes behind the last tensor");
}

ParsedHeader parse_header(ByteSpan file, std::uint64_t file_size, const std::string& origin) {
  if (file.size() < kLengthBytes)
    fail(ErrorCode::kTruncated, origin, "shorter than a safetensors header");
  const std::uint64_t length = ByteReader(file).u64();
  if (file.size() > kLengthBytes && file[kLengthBytes] != '{')
    corrupt(origin, "not a safetensors file");
  if (length > kMaxHeaderBytes)
    fail(ErrorCode::kLimitExceeded, origin, "header is longer than 8 MiB");
  if (length > file.size() - kLengthBytes)
    fail(ErrorCode::kTruncated, origin, "ends inside its header");

  ParsedHeader parsed;
  parsed.data_start = kLengthBytes + length;
  if (file_size < parsed.data_start) fail(ErrorCode::kTruncated, origin, "ends inside its header");
  const std::uint64_t data_size = file_size - parsed.data_start;
  const Json json =
      parse_json(file.subspan(kLengthBytes, static_cast<std::size_t>(length)), origin);
  for (const auto& [key, value] : json.items()) {
    if (key == kMetadataKey) {
      parse_metadata(value, origin, parsed.file);
      continue;
    }
    const auto node = parsed.file.tensors.emplace(key, TensorRecord{}).first;
    Extent extent = parse_tensor(value, data_size, tensor_label(origin, key), node->second);
    extent.name = &node->first;
    extent.record = &node->second;
    parsed.extents.push_back(extent);
  }
  check_tiling(parsed.extents, data_size, origin);
  return parsed;
}

/// Whether all bits of the exponent are set in some value: infinity or NaN. Bits: an unsigned
/// integer of its size.
template <typename Bits>
bool any_not_finite(const SharedBytes& data, Bits exponent) {
  // Without a way out of the loop, so that it is done in vectors.
  const std::uint8_t* const bytes = data.data();
  Bits bad = 0;
  for (std::size_t i = 0; i < data.size() / sizeof(Bits); ++i) {
    Bits bits = 0;
    std::memcpy(&bits, bytes + sizeof(Bits) * i, sizeof(Bits));
    if constexpr (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__) {
      bits = static_cast<Bits>(sizeof(Bits) == 4
                                   ? __builtin_bswap32(bits)
                                   : __builtin_bswap16(static_cast<std::uint16_t>(bits)));
    }
    bad = static_cast<Bits>(bad | static_cast<Bits>((bits & exponent) == exponent));
  }
  return bad != 0;
}

void check_finite(const TensorRecord& record, const std::string& what) {
  const bool bad =
      record.dtype == DType::kF32   ? any_not_finite<std::uint32_t>(record.bytes, 0x7F800000U)
      : record.dtype == DType::kF16 ? any_not_finite<std::uint16_t>(record.bytes, 0x7C00U)
                                    : false;
  if (bad) corrupt(what, "is not finite");
}

}  // namespace

TensorFile parse_safetensors(const SharedBytes& file, const std::string& origin) {
  ParsedHeader parsed = parse_header(file, file.size(), origin);
  for (const Extent& extent : parsed.extents) {
    const auto begin = static_cast<std::size_t>(parsed.data_start + extent.begin);
    extent.record->bytes = file.subspan(begin, static_cast<std::size_t>(extent.end - extent.begin));
    check_finite(*extent.record, tensor_label(origin, *extent.name));
  }
  return std::move(parsed.file);
}

TensorFile parse_safetensors_header(ByteSpan file, std::uint64_t file_size,
                                    const std::string& origin) {
  return parse_header(file, file_size, origin).file;
}

Bytes serialize_safetensors(const TensorFile& file) {
  std::vector<std::pair<const std::string*, const TensorRecord*>> order;
  for (const auto& [name, record] : file.tensors) {
    require_consistent(name, record);
    order.emplace_back(&name, &record);
  }
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return dtype_size(a.second->dtype) > dtype_size(b.second->dtype);
  });

  Json header = Json::object();
  if (!file.metadata.empty()) header[kMetadataKey] = file.metadata;
  std::uint64_t position = 0;
  for (const auto& [name, record] : order) {
    const std::uint64_t end = position + record->bytes.size();
    header[*name] = {{"dtype", dtype_name(record->dtype)},
                     {"shape", record->shape},
                     {"data_offsets", {position, end}}};
    position = end;
  }
  // Text that is not UTF-8 is replaced instead of throwing.
  std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.resize((text.size() + 7) / 8 * 8, ' ');
  require(text.size() <= kMaxHeaderBytes, ErrorCode::kInvalidArgument,
          "safetensors header is longer than 8 MiB");

  ByteWriter out;
  out.reserve(kLengthBytes + text.size() + static_cast<std::size_t>(position));
  out.u64(text.size());
  out.append(as_bytes(text));
  for (const auto& [name, record] : order) out.append(record->bytes);
  return out.take();
}

}  // namespace imgcnn::bitstream
