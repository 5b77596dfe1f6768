// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/50_model: models in, out, and about them.
#include <algorithm>

#include "core/facts/tensor_kind.hpp"
#include "functions/ingest_options.hpp"
#include "pg/json.hpp"
#include "pg/server_file.hpp"
#include "pg/server_path.hpp"
#include "pg/result_set.hpp"
#include "serve/validate.hpp"
#include "store/format_limits.hpp"
#include "store/model_export.hpp"
#include "store/model_ingest.hpp"
#include "store/model_inspect.hpp"
#include "store/model_listing.hpp"
#include "store/overlay.hpp"
#include "store/removal.hpp"

using namespace hartonomous;

namespace {

Datum format_name(core::ByteSource& source) {
  pg::PollCheckpoint checkpoint;
  return pg::text_datum(core::format::name(
      pg::check(core::format::detect(source, store::format_limits(), checkpoint)).format));
}

// A one-file upload from bytes in memory.
store::Upload upload_from(core::Bytes data, std::string_view filename) {
  store::Upload upload;
  upload.files.push_back({std::string(filename), std::make_unique<core::MemorySource>(data)});
  return upload;
}

Datum inspected(store::Upload upload) {
  pg::PollCheckpoint checkpoint;
  store::expand_upload(upload, checkpoint);
  return pg::jsonb_datum(store::inspect_model(upload));
}

Datum natural(std::uint64_t value) {
  return Int64GetDatum(static_cast<std::int64_t>(std::min<std::uint64_t>(value, INT64_MAX)));
}
std::optional<Datum> natural_or_null(std::optional<std::uint64_t> value) {
  return value ? std::optional(natural(*value)) : std::nullopt;
}
std::optional<Datum> text_or_null(std::string_view value) {
  return value.empty() ? std::nullopt : std::optional(pg::text_datum(value));
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_ingest_model) {
  const pg::Arguments arguments(fcinfo);
  arguments.require(0, "path");
  const std::string path(arguments.text(0));
  const store::IngestRequest request = functions::ingest_request(arguments, 1, path);
  pg::require_absolute(path);  // what a hub has is for fetch_model
  return Int64GetDatum(store::ingest_model(request));
}

HARTONOMOUS_FUNCTION(hartonomous_fetch_model) {
  const pg::Arguments arguments(fcinfo);
  arguments.require(0, "source");
  const store::IngestRequest request =
      functions::ingest_request(arguments, 1, std::string(arguments.text(0)));
  store::require_fetch(request.source);
  return Int64GetDatum(store::ingest_model(request));
}

HARTONOMOUS_FUNCTION(hartonomous_ingest_model_bytes) {
  const pg::Arguments arguments(fcinfo);
  arguments.require(0, "data");
  arguments.require(1, "filename");
  const std::string filename(arguments.text(1));
  pg::check(pg::file_in_directory("", filename));
  const store::IngestRequest request = functions::ingest_request(arguments, 2, filename);
  return Int64GetDatum(store::ingest_upload(upload_from(arguments.bytea(0), filename), request));
}

HARTONOMOUS_FUNCTION(hartonomous_inspect_model) {
  const pg::Arguments arguments(fcinfo);
  return inspected(store::open_upload(std::string(arguments.text(0))));
}

HARTONOMOUS_FUNCTION(hartonomous_inspect_model_bytes) {
  const pg::Arguments arguments(fcinfo);
  return inspected(upload_from(arguments.bytea(0), arguments.text(1)));
}

HARTONOMOUS_FUNCTION(hartonomous_detect_format) {
  const pg::Arguments arguments(fcinfo);
  const auto source = pg::ServerFileSource::open(std::string(arguments.text(0)));
  return format_name(*source);
}

HARTONOMOUS_FUNCTION(hartonomous_detect_format_bytes) {
  const pg::Arguments arguments(fcinfo);
  core::MemorySource source(arguments.bytea(0));
  return format_name(source);
}

HARTONOMOUS_FUNCTION(hartonomous_export_model) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  const store::VersionKey version = store::find_version(arguments.text(0));
  for (const auto& file : store::export_model(version, std::string(arguments.text(1)))) {
    out.row(pg::text_datum(file.path), Int64GetDatum(static_cast<std::int64_t>(file.byte_length)),
            pg::text_datum(file.sha256_hex));
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_read_file) {
  const pg::Arguments arguments(fcinfo);
  if (arguments.is_null(0)) PG_RETURN_NULL();
  arguments.require(2, "byte_offset");
  const std::optional<std::int64_t> length =
      arguments.is_null(3) ? std::nullopt : std::optional(arguments.int8(3));
  return pg::bytea_datum(store::read_file(store::find_version(arguments.text(0)),
                                          arguments.text_or(1, ""), arguments.int8(2), length));
}

HARTONOMOUS_FUNCTION(hartonomous_tensor_kind) {
  return pg::text_datum(core::facts::name(core::facts::tensor_kind(pg::Arguments(fcinfo).text(0))));
}

HARTONOMOUS_FUNCTION(hartonomous_list_tensors) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  const store::ModelListing listing(store::find_version(arguments.text(0)));
  for (const store::ListedFile& file : listing.files()) {
    for (const core::format::TensorEntry& tensor : file.layout.tensors) {
      const pg::RowMemory row;
      const std::vector<std::int64_t> shape(tensor.shape.begin(), tensor.shape.end());
      out.row(pg::text_datum(tensor.name), pg::text_datum(core::tensor::info(tensor.dtype).name),
              pg::int8_array_datum(shape), natural(tensor.byte_length),
              pg::text_datum(core::facts::name(core::facts::tensor_kind(tensor.name))),
              pg::text_datum(file.key.path), pg::text_datum(core::format::name(tensor.placement)));
    }
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_model_facts) {
  const pg::Arguments arguments(fcinfo);
  const store::ModelListing listing(store::find_version(arguments.text(0)));
  const core::facts::ModelFacts facts = listing.facts();
  const std::vector<std::string_view> components(facts.components.begin(), facts.components.end());
  const std::optional<Datum> row[] = {
      pg::text_datum(listing.format()),
      text_or_null(facts.architecture),
      natural_or_null(facts.layer_count),
      natural_or_null(facts.hidden_size),
      natural(facts.parameter_count),
      text_or_null(facts.quantization),
      text_or_null(facts.adapter),
      natural_or_null(facts.adapter_rank),
      text_or_null(facts.base_model),
      components.empty() ? std::nullopt : std::optional(pg::text_array_datum(components))};
  return pg::record_datum(fcinfo, row);
}

HARTONOMOUS_FUNCTION(hartonomous_validate_model) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  for (const auto& missing : serve::validate_model(store::find_version(arguments.text(0)))) {
    out.row(pg::text_datum(missing.what), pg::text_datum(missing.name),
            pg::text_datum(missing.detail));
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_create_overlay) {
  const pg::Arguments arguments(fcinfo);
  if (arguments.is_null(0) || arguments.is_null(1)) PG_RETURN_NULL();
  const std::string_view adapter = arguments.text(1);
  const float scale = arguments.is_null(2) ? 1 : arguments.float4(2);
  return Int64GetDatum(
      store::create_overlay({arguments.text(0), adapter, scale,
                             arguments.text_or(3, adapter.substr(0, adapter.rfind('@')))}));
}

HARTONOMOUS_FUNCTION(hartonomous_delete_model) {
  store::delete_model(pg::Arguments(fcinfo).text(0));
  return 0;
}
