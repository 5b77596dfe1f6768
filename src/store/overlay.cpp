// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/overlay.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <unordered_map>

#include "core/run/adapter.hpp"
#include "core/run/config_file.hpp"
#include "core/tokenizer/vocabulary_file.hpp"
#include "pg/identity.hpp"
#include "pg/spi.hpp"
#include "store/format_limits.hpp"
#include "store/ingest_plan.hpp"
#include "store/low_rank.hpp"
#include "store/model_refs.hpp"
#include "store/row_hash.hpp"
#include "store/stored_head.hpp"
#include "store/version_tensors.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using core::run::Factor;
using pg::Parameters;

// What an adapter does to one matrix.
struct Change {
  const NamedTensor* a = nullptr;
  const NamedTensor* b = nullptr;
};
using Changes = std::map<std::string, Change>;  // by the base's tensor

float adapter_scale_of(std::span<const FileKey> files, float scale) {
  const auto config = std::ranges::find(files, "adapter_config.json", &FileKey::path);
  if (config == files.end()) {
    pg::raise(Status(Code::kNotFound, "adapter has no adapter_config.json")
                  .with_hint("Ingest the adapter's directory, not its weights alone."));
  }
  pg::PollCheckpoint checkpoint;
  StoredHead head(*config);
  const std::string json =
      pg::check(core::tokenizer::read_all(head, core::run::kMaxConfigBytes, checkpoint));
  const auto metadata = pg::check(core::run::read_config(json, checkpoint));
  return static_cast<float>(pg::check(core::run::adapter_scale(metadata)) *
                            static_cast<double>(scale));
}

Changes changes_of(std::span<const NamedTensor> adapter) {
  Changes changes;
  for (const NamedTensor& tensor : adapter) {
    const auto part = core::run::adapter_tensor(tensor.name);
    if (!part) {
      pg::raise({Code::kUnsupported,
                 "adapter tensor " + core::quoted(tensor.name) + " is no factor of a matrix"});
    }
    Change& change = changes[part->target];
    (part->factor == Factor::kA ? change.a : change.b) = &tensor;
  }
  return changes;
}

void check_shapes(const std::string& target, const NamedTensor& base, const Change& change) {
  const bool are_matrices = change.a != nullptr && change.b != nullptr &&
                            base.key.shape.size() == 2 && change.a->key.shape.size() == 2 &&
                            change.b->key.shape.size() == 2;
  if (are_matrices && change.a->key.shape[1] == base.key.shape[1] &&
      change.b->key.shape[0] == base.key.shape[0] &&
      change.a->key.shape[0] == change.b->key.shape[1]) {
    return;
  }
  pg::raise(
      Status(Code::kMalformed, "factors of the adapter do not fit tensor " + core::quoted(target))
          .with_detail("Wanted are two matrices, rank x inputs and outputs x rank."));
}

void check_fit(const Changes& changes, std::span<const NamedTensor> base) {
  std::unordered_map<std::string_view, const NamedTensor*> by_name;
  for (const NamedTensor& tensor : base) by_name.emplace(tensor.name, &tensor);
  if (changes.empty()) pg::raise({Code::kMalformed, "adapter has no tensors"});
  for (const auto& [target, change] : changes) {
    const auto found = by_name.find(target);
    if (found == by_name.end()) {
      pg::raise(Status(Code::kNotFound, "model has no tensor " + core::quoted(target))
                    .with_detail("The adapter changes it.")
                    .with_hint("An adapter names the tensors of the model's Hugging Face files."));
    }
    check_shapes(target, *found->second, change);
  }
}

// What stands before the names of the next adapter's tensors and files: "adapter:1:", ...
std::string next_prefix(std::span<const NamedTensor> base) {
  for (std::size_t number = 1;; ++number) {
    const std::string prefix = "adapter:" + std::to_string(number) + ":";
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
      "(version_id, name, seq, operation, operands, scale) "
      "SELECT $1, name, seq, operation, operands, scale "
      "FROM hartonomous.version_tensor_step WHERE version_id = $2");
  pg::Spi spi;
  const auto both = [&] {
    return Parameters().int8(version_id).int8(base).int8(adapter).text(prefix);
  };
  spi.execute(files, both());
  spi.execute(tensors, both());
  spi.execute(steps, Parameters().int8(version_id).int8(base));
}

void insert_steps(std::int64_t version_id, const Changes& changes, const std::string& prefix,
                  float scale) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.version_tensor_step "
      "(version_id, name, seq, operation, operands, scale) "
      "SELECT $1, u.name, 1 + (SELECT count(*) FROM hartonomous.version_tensor_step s "
      "WHERE s.version_id = $1 AND s.name = u.name), 'lora', ARRAY[$5 || u.a, $5 || u.b], $6::real "
      "FROM unnest($2::text[], $3::text[], $4::text[]) AS u(name, a, b)");
  std::vector<std::string_view> names, a, b;
  for (const auto& [target, change] : changes) {
    names.push_back(target);
    a.push_back(change.a->name);
    b.push_back(change.b->name);
  }
  pg::Spi().execute(insert, Parameters()
                                .int8(version_id)
                                .texts(names)
                                .texts(a)
                                .texts(b)
                                .text(prefix)
                                .float8(static_cast<double>(scale)));
}

}  // namespace

std::int64_t create_overlay(const OverlayRequest& request) {
  require_ref_name(request.ref);
  if (!std::isfinite(request.scale)) pg::raise({Code::kInvalidArgument, "scale must be finite"});
  const VersionKey base = find_version(request.model);
  const VersionKey adapter = find_version(request.adapter);
  const std::vector<FileKey> files = files_of(adapter);
  const std::string author = pg::current_user_name();
  const pg::OwnerRights rights;
  const float scale = adapter_scale_of(files, request.scale);
  const std::vector<NamedTensor> base_tensors = tensors_of(base.version_id);
  const std::vector<NamedTensor> factors = tensors_of(adapter.version_id);
  const Changes changes = changes_of(factors);
  check_fit(changes, base_tensors);

  const std::string prefix = next_prefix(base_tensors);
  const auto manifest = overlay_hash(base.version_id, adapter.version_id, prefix, scale);
  if (const auto same = same_at_ref(base.model_id, request.ref, manifest)) return *same;
  const std::string message = "adapter " + std::string(request.adapter);
  const std::int64_t version_id = insert_version(base, adapter, manifest, message, author);
  insert_contents(version_id, base.version_id, adapter.version_id, prefix);
  insert_steps(version_id, changes, prefix, scale);
  point_ref(base.model_id, request.ref, version_id, author);
  return version_id;
}

}  // namespace hartonomous::store
