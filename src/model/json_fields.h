#pragma once
// Structs as JSON objects: one list of fields serves reading and writing, so the two cannot drift
// apart. It is a function `visit_fields(fields, visit)` beside the struct, that calls visit(name,
// field) for each.

#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>

#include "imgcnn/base/error.h"

namespace imgcnn::model {

using Json = nlohmann::ordered_json;

/// Moves the fields that `json` has into `fields`; what stays in it is unknown. Throws kCorrupt.
template <class Fields>
void take_fields(Json& json, Fields& fields, const std::string& origin) {
  try {
    visit_fields(fields, [&](const char* key, auto& value) {
      if (auto it = json.find(key); it != json.end()) {
        value = it->template get<std::decay_t<decltype(value)>>();
        json.erase(it);
      }
    });
  } catch (const nlohmann::json::exception& e) {
    throw Error(ErrorCode::kCorrupt, origin + ": bad config: " + e.what());
  } catch (const Error& e) {
    throw Error(ErrorCode::kCorrupt, origin + ": bad config: " + e.what());
  }
}

/// The object that a text is. Throws kCorrupt.
inline Json parse_object(const std::string& text, const std::string& origin) {
  try {
    Json json = Json::parse(text);
    require(json.is_object(), ErrorCode::kCorrupt, origin + ": config is not a JSON object");
    return json;
  } catch (const nlohmann::json::exception& e) {
    throw Error(ErrorCode::kCorrupt, origin + ": bad config: " + e.what());
  }
}

/// All fields, in the order of their list.
template <class Fields>
std::string fields_text(const Fields& fields) {
  Json json;
  visit_fields(fields, [&](const char* key, const auto& value) { json[key] = value; });
  return json.dump();
}

inline void check_range(bool ok, const char* key, const std::string& origin) {
  require(ok, ErrorCode::kCorrupt, origin + ": config value '" + key + "' is out of range");
}

}  // namespace imgcnn::model
