#pragma once
// Text and numbers as they stand in HTML and SVG.

#include <string>

#include "imgcnn/base/byte_span.h"

namespace imgcnn::eval {

/// The text with & < > " and ' replaced, safe between tags and in quoted attributes.
[[nodiscard]] std::string escape_html(const std::string& text);

/// With so many decimals and a decimal point, whatever the locale.
[[nodiscard]] std::string fixed(double value, int decimals);

/// A data: URI in base64. Source: RFC 4648, section 4.
[[nodiscard]] std::string data_uri(const std::string& media_type, ByteSpan bytes);

}  // namespace imgcnn::eval
