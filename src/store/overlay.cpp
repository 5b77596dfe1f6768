// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/overlay.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "pg/identity.hpp"
#include "pg/spi.hpp"
#include "store/adapter_terms.hpp"
#include "store/ingest_plan.hpp"
#include "store/low_rank.hpp"
#include "store/model_refs.hpp"
#include "store/row_hash.hpp"
#include "store/version_tensors.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using pg::Parameters;

// What stands before the names of the next adapter's tensors and files: "adapter:1:", ...
std::string next_prefix(std::span<const NamedTensor> base) {
  for (std::size_t number = 1;; ++number) {
    const std::string prefix = std::string(kAdapterPrefix) + std::to_string(number) + ":";
    if (std::ranges::none_of(base, [&](const NamedTensor& tensor) {
          return std::string_view(tensor.name).starts_with(prefix);
        })) {
      return prefix;
    }
  }
}

// The files of both, and the scale as a file of its four bytes.
core::hash::ContentHash overlay_hash(std::int64_t base, std::int64_t adapter,
                                     const std::string& prefix, float scale) {
  static pg::Statement find(
      "SELECT path, file_hash FROM (SELECT v.path, f.file_hash FROM hartonomous.version_file v "
      "JOIN hartonomous.file f USING (file_id) WHERE v.version_id = $1 UNION ALL "
      "SELECT $3 || v.path, f.file_hash FROM hartonomous.version_file v "
      "JOIN hartonomous.file f USING (file_id) WHERE v.version_id = $2) AS entry");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().int8(base).int8(adapter).text(prefix));
  std::vector<ManifestEntry> entries;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    entries.push_back({std::string(rows.text(i, 0)), hash_at(rows, i, 1)});
  }
  const auto bits = std::bit_cast<std::uint32_t>(scale);
  std::byte bytes[4];
  for (int i = 0; i < 4; ++i) bytes[i] = static_cast<std::byte>(bits >> (8 * i));
  entries.push_back({prefix, core::hash::block_hash(bytes)});
  return manifest_hash(std::move(entries));
}

// The version that the ref points at, if it has that content.
std::optional<std::int64_t> same_at_ref(std::int64_t model_id, std::string_view ref,
                                        const core::hash::ContentHash& manifest) {
  static pg::Statement lock("SELECT FROM hartonomous.model WHERE model_id = $1 FOR UPDATE");
  static pg::Statement find(
      "SELECT r.version_id FROM hartonomous.model_ref r "
      "JOIN hartonomous.model_version v USING (version_id) "
      "WHERE r.model_id = $1 AND r.ref_name = $2 AND v.manifest_hash = $3");
  pg::Spi spi;
  spi.execute(lock, Parameters().int8(model_id));
  const pg::Rows rows =
      spi.execute(find, Parameters().int8(model_id).text(ref).bytea(manifest.bytes));
  if (rows.count() == 0) return std::nullopt;
  return rows.int8(0, 0);
}

std::int64_t insert_version(const VersionKey& base, const VersionKey& adapter,
                            const core::hash::ContentHash& manifest, std::string_view message,
                            std::string_view author) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.model_version "
      "(model_id, parent_ids, manifest_hash, logical_bytes, message, created_by) "
      "VALUES ($1, $2, $3, 0, $4, $5::name) RETURNING version_id");
  const std::int64_t parents[] = {base.version_id, adapter.version_id};
  pg::Spi spi;
  return spi
      .execute(insert, Parameters()
                           .int8(base.model_id)
                           .int8s(parents)
                           .bytea(manifest.bytes)
                           .text(message)
                           .text(author))
      .int8(0, 0);
}

void insert_contents(std::int64_t version_id, std::int64_t base, std::int64_t adapter,
                     const std::string& prefix) {
  static pg::Statement files(
      "INSERT INTO hartonomous.version_file (version_id, path, file_id) "
      "SELECT $1, path, file_id FROM hartonomous.version_file WHERE version_id = $2 UNION ALL "
      "SELECT $1, $4 || path, file_id FROM hartonomous.version_file WHERE version_id = $3");
  static pg::Statement tensors(
      "INSERT INTO hartonomous.version_tensor (version_id, name, tensor_id, path) "
      "SELECT $1, name, tensor_id, path FROM hartonomous.version_tensor WHERE version_id = $2 "
      "UNION ALL SELECT $1, $4 || name, tensor_id, $4 || path "
      "FROM hartonomous.version_tensor WHERE version_id = $3");
  static pg::Statement steps(
      "INSERT INTO hartonomous.version_tensor_step "
      "(version_id, name, seq, operation, operands, scale, row_order) "
      "SELECT $1, name, seq, operation, operands, scale, row_order "
      "FROM hartonomous.version_tensor_step WHERE version_id = $2");
  pg::Spi spi;
  const auto both = [&] {
    return Parameters().int8(version_id).int8(base).int8(adapter).text(prefix);
  };
  spi.execute(files, both());
  spi.execute(tensors, both());
  spi.execute(steps, Parameters().int8(version_id).int8(base));
}

void insert_steps(std::int64_t version_id, std::span<const AdapterTerm> terms,
                  const std::string& prefix) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.version_tensor_step "
      "(version_id, name, seq, operation, operands, scale, row_order) "
      "SELECT $1, u.name, 1 + (SELECT count(*) FROM hartonomous.version_tensor_step s "
      "WHERE s.version_id = $1 AND s.name = u.name), 'lora', ARRAY[$2 || u.a, $2 || u.b], "
      "u.scale::real, ARRAY[u.o, u.i, u.r] "
      "FROM unnest($3::text[], $4::text[], $5::text[], $6::float8[], $7::int4[], $8::int4[], "
      "$9::int4[]) AS u(name, a, b, scale, o, i, r)");
  std::vector<std::string_view> names, a, b;
  std::vector<double> scales;
  std::vector<std::int32_t> outer, inner, run;
  for (const AdapterTerm& term : terms) {
    names.push_back(term.target);
    a.push_back(term.a->name);
    b.push_back(term.b->name);
    scales.push_back(term.scale);
    outer.push_back(static_cast<std::int32_t>(term.rows.outer));
    inner.push_back(static_cast<std::int32_t>(term.rows.inner));
    run.push_back(static_cast<std::int32_t>(term.rows.run));
  }
  pg::Spi().execute(insert, Parameters()
                                .int8(version_id)
                                .text(prefix)
                                .texts(names)
                                .texts(a)
                                .texts(b)
                                .float8s(scales)
                                .int4s(outer)
                                .int4s(inner)
                                .int4s(run));
}

}  // namespace

std::int64_t create_overlay(const OverlayRequest& request) {
  require_ref_name(request.ref);
  if (!std::isfinite(request.scale)) pg::raise({Code::kInvalidArgument, "scale must be finite"});
  const VersionKey base = find_version(request.model);
  const VersionKey adapter = find_version(request.adapter);
  const std::vector<FileKey> base_files = files_of(base), files = files_of(adapter);
  const std::string author = pg::current_user_name();
  const pg::OwnerRights rights;
  const std::vector<NamedTensor> base_tensors = tensors_of(base.version_id);
  const std::vector<NamedTensor> factors = tensors_of(adapter.version_id);
  const std::vector<AdapterTerm> terms =
      adapter_terms({base_files, base_tensors}, {files, factors}, request.scale);

  const std::string prefix = next_prefix(base_tensors);
  const auto manifest = overlay_hash(base.version_id, adapter.version_id, prefix, request.scale);
  if (const auto same = same_at_ref(base.model_id, request.ref, manifest)) return *same;
  const std::string message = "adapter " + std::string(request.adapter);
  const std::int64_t version_id = insert_version(base, adapter, manifest, message, author);
  insert_contents(version_id, base.version_id, adapter.version_id, prefix);
  insert_steps(version_id, terms, prefix);
  point_ref(base.model_id, request.ref, version_id, author);
  return version_id;
}

}  // namespace hartonomous::store
