// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/model_inspect.hpp"

#include "store/format_limits.hpp"

namespace hartonomous::store {

namespace {

using core::format::append_json_string;

struct Totals {
  std::uint64_t tensors = 0;
  std::uint64_t parameters = 0;
  std::uint64_t bytes = 0;
};

void append_member(std::string& json, std::string_view key, std::uint64_t value) {
  json += ",\"";
  json += key;
  json += "\":";
  json += std::to_string(value);
}

void append_tensor(std::string& json, const core::format::TensorEntry& tensor, Totals& totals) {
  json += "{\"name\":";
  append_json_string(json, tensor.name);
  json += ",\"dtype\":";
  append_json_string(json, core::tensor::info(tensor.dtype).name);
  json += ",\"shape\":[";
  std::uint64_t elements = 1;
  for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
    if (i > 0) json += ',';
    json += std::to_string(tensor.shape[i]);
    elements *= tensor.shape[i];
  }
  json += ']';
  append_member(json, "offset", tensor.offset);
  append_member(json, "bytes", tensor.byte_length);
  if (tensor.placement != core::format::Placement::kInPlace) {
    json += ",\"placement\":";
    append_json_string(json, core::format::name(tensor.placement));
  }
  if (!tensor.file.empty()) {
    json += ",\"file\":";
    append_json_string(json, tensor.file);
  }
  json += '}';
  ++totals.tensors;
  totals.parameters += elements;
}

void append_file(std::string& json, const UploadFile& file, Totals& totals) {
  pg::PollCheckpoint checkpoint;
  const auto layout = pg::check(file_layout(file, format_limits(), checkpoint));
  json += "{\"path\":";
  append_json_string(json, file.path);
  json += ",\"format\":";
  append_json_string(json, core::format::name(layout.format));
  append_member(json, "bytes", file.source->size());
  totals.bytes += file.source->size();
  json += ",\"metadata\":" + metadata_json(layout.metadata) + ",\"tensors\":[";
  for (std::size_t i = 0; i < layout.tensors.size(); ++i) {
    if (i > 0) json += ',';
    append_tensor(json, layout.tensors[i], totals);
    if (i % 1024 == 0) checkpoint.reached(0);
  }
  json += "],\"warnings\":[";
  for (std::size_t i = 0; i < layout.warnings.size(); ++i) {
    if (i > 0) json += ',';
    append_json_string(json, layout.warnings[i]);
  }
  json += "]}";
}

}  // namespace

std::string inspect_model(const Upload& upload) {
  std::string json = "{\"files\":[";
  Totals totals;
  for (std::size_t i = 0; i < upload.files.size(); ++i) {
    if (i > 0) json += ',';
    append_file(json, upload.files[i], totals);
  }
  json += ']';
  append_member(json, "tensors", totals.tensors);
  append_member(json, "parameters", totals.parameters);
  append_member(json, "bytes", totals.bytes);
  json += '}';
  return json;
}

}  // namespace hartonomous::store
