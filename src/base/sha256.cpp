// SHA-256 by OpenSSL's libcrypto.
#include "imgcnn/base/sha256.h"

#include <openssl/evp.h>

#include "imgcnn/base/error.h"

namespace imgcnn {

struct Sha256::Context {
  EVP_MD_CTX* md = EVP_MD_CTX_new();

  Context() = default;
  ~Context() { EVP_MD_CTX_free(md); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  const bool ready =
      context_->md != nullptr && EVP_DigestInit_ex(context_->md, EVP_sha256(), nullptr) == 1;
  require(ready, ErrorCode::kInternal, "libcrypto offers no SHA-256");
}

Sha256::~Sha256() = default;

void Sha256::update(ByteSpan bytes) {
  require(EVP_DigestUpdate(context_->md, bytes.data(), bytes.size()) == 1, ErrorCode::kInternal,
          "SHA-256 failed");
}

Bytes Sha256::finish() {
  Bytes digest(kSize);
  require(EVP_DigestFinal_ex(context_->md, digest.data(), nullptr) == 1, ErrorCode::kInternal,
          "SHA-256 failed");
  return digest;
}

Bytes sha256(ByteSpan bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

std::string to_hex(ByteSpan bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace imgcnn
