// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/merge/layer_slices.hpp"

#include <charconv>

#include "core/format/json_reader.hpp"

namespace hartonomous::core::merge {

namespace {

using format::JsonReader;

constexpr std::uint64_t kMostLayers = 10'000;

// [from, to], and no more.
Result<bool> read_layers(JsonReader& json, LayerSlice& slice) {
  HARTONOMOUS_CHECK(json.begin_array());
  for (std::uint64_t* bound : {&slice.from, &slice.to}) {
    HARTONOMOUS_TRY(const bool more, json.next_element());
    if (!more) return false;
    HARTONOMOUS_TRY(*bound, json.read_uint64());
  }
  HARTONOMOUS_TRY(const bool more, json.next_element());
  return !more;
}

Result<LayerSlice> read_slice(JsonReader& json) {
  LayerSlice slice;
  bool is_whole = false;
  std::string key;
  HARTONOMOUS_CHECK(json.begin_object());
  for (;;) {
    HARTONOMOUS_TRY(const bool more, json.next_key(key));
    if (!more) break;
    if (key == "model") {
      HARTONOMOUS_CHECK(json.read_string(slice.model));
    } else if (key == "layers") {
      HARTONOMOUS_TRY(is_whole, read_layers(json, slice));
      if (!is_whole) break;
    } else {
      return Status(Code::kInvalidArgument, "a slice has no member " + quoted(key));
    }
  }
  if (is_whole && slice.from < slice.to && slice.to <= kMostLayers && !slice.model.empty()) {
    return slice;
  }
  return Status(Code::kInvalidArgument,
                "a slice must be {\"model\": name, \"layers\": [from, to]}, from less than to");
}

}  // namespace

Result<std::vector<LayerSlice>> read_slices(std::string_view parameters, Checkpoint& checkpoint) {
  JsonReader json(parameters, "parameters", 0, checkpoint);
  std::vector<LayerSlice> slices;
  std::string key;
  HARTONOMOUS_CHECK(json.begin_object());
  for (;;) {
    HARTONOMOUS_TRY(const bool more, json.next_key(key));
    if (!more) break;
    if (key != "slices") {
      return Status(Code::kInvalidArgument,
                    "parameter " + quoted(key) + " is none of method \"passthrough\"");
    }
    HARTONOMOUS_CHECK(json.begin_array());
    for (;;) {
      HARTONOMOUS_TRY(const bool another, json.next_element());
      if (!another) break;
      HARTONOMOUS_TRY(auto slice, read_slice(json));
      slices.push_back(std::move(slice));
    }
  }
  if (slices.empty()) {
    return Status(Code::kInvalidArgument, "method \"passthrough\" needs parameter \"slices\"");
  }
  return slices;
}

std::optional<LayerName> layer_of(std::string_view name) {
  constexpr std::string_view kLists[] = {"layers.", "layer.", "h.", "blocks.", "block."};
  for (const std::string_view list : kLists) {
    const std::size_t at = name.find(list);
    if (at == name.npos || (at > 0 && name[at - 1] != '.')) continue;
    const std::string_view rest = name.substr(at + list.size());
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    const auto length = static_cast<std::size_t>(end - rest.data());
    if (error != std::errc() || length == rest.size() || rest[length] != '.') continue;
    return LayerName{std::string(name.substr(0, at + list.size())),
                     std::string(rest.substr(length)), number};
  }
  return std::nullopt;
}

}  // namespace hartonomous::core::merge
