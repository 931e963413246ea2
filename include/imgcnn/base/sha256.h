#pragma once
// SHA-256: the identity of models.

#include <memory>
#include <string>

#include "imgcnn/base/byte_span.h"

namespace imgcnn {

/// Incremental SHA-256. Source: FIPS 180-4.
class Sha256 {
 public:
  static constexpr std::size_t kSize = 32;  ///< bytes of a digest

  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(ByteSpan bytes);
  /// The digest, 32 bytes. The object may not be used afterwards.
  [[nodiscard]] Bytes finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// SHA-256 of the bytes, 32 bytes.
[[nodiscard]] Bytes sha256(ByteSpan bytes);

/// Lower-case hexadecimal, two digits a byte.
[[nodiscard]] std::string to_hex(ByteSpan bytes);

}  // namespace imgcnn
