#include "xmp.h"

#include <cctype>
#include <set>
#include <string>
#include <string_view>

namespace imgcnn::image {
namespace {

constexpr std::string_view kTiffSchema = "http://ns.adobe.com/tiff/1.0/";

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool is_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
}

std::size_t skip_spaces(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

std::size_t skip_spaces_back(std::string_view text, std::size_t at) {
  while (at > 0 && is_space(text[at - 1])) --at;
  return at;
}

/// The prefixes that are bound to the TIFF schema: NAME in
/// xmlns:NAME="http://ns.adobe.com/tiff/1.0/".
std::set<std::string> schema_prefixes(std::string_view text) {
  std::set<std::string> prefixes;
  for (std::size_t at = text.find(kTiffSchema); at != text.npos;
       at = text.find(kTiffSchema, at + 1)) {
    if (at == 0 || (text[at - 1] != '"' && text[at - 1] != '\'')) continue;
    std::size_t end = skip_spaces_back(text, at - 1);
    if (end == 0 || text[end - 1] != '=') continue;
    end = skip_spaces_back(text, end - 1);
    std::size_t start = end;
    while (start > 0 && is_name(text[start - 1])) --start;
    constexpr std::string_view kBinding = "xmlns:";
    const bool bound = start >= kBinding.size() &&
                       text.substr(start - kBinding.size(), kBinding.size()) == kBinding;
    if (bound && start < end) prefixes.emplace(text.substr(start, end - start));
  }
  return prefixes;
}

/// The position of the value that belongs to a property whose name ends at `at`: behind ="  or
/// behind >.
std::size_t value_position(std::string_view text, std::size_t at) {
  at = skip_spaces(text, at);
  if (at >= text.size()) return text.npos;
  if (text[at] == '>') return skip_spaces(text, at + 1);
  if (text[at] != '=') return text.npos;
  at = skip_spaces(text, at + 1);
  const bool quoted = at < text.size() && (text[at] == '"' || text[at] == '\'');
  return quoted ? skip_spaces(text, at + 1) : text.npos;
}

}  // namespace

bool reset_xmp_orientation(Bytes& xmp) {
  const std::string_view text(reinterpret_cast<const char*>(xmp.data()), xmp.size());
  bool changed = false;
  for (const std::string& prefix : schema_prefixes(text)) {
    const std::string name = prefix + ":Orientation";
    for (std::size_t at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
      const bool whole = at > 0 && (is_space(text[at - 1]) || text[at - 1] == '<');
      const std::size_t value = whole ? value_position(text, at + name.size()) : text.npos;
      if (value >= text.size() || text[value] < '2' || text[value] > '8') continue;
      if (value + 1 < text.size() && std::isdigit(static_cast<unsigned char>(text[value + 1])) != 0)
        continue;
      xmp[value] = '1';
      changed = true;
    }
  }
  return changed;
}

}  // namespace imgcnn::image
