// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/model_catalog.hpp"

#include <charconv>

#include "pg/spi.hpp"
#include "store/row_hash.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using pg::Parameters;

[[noreturn]] void no_such_model(std::string_view name) {
  pg::raise(Status(Code::kNotFound, "model " + core::quoted(name) + " does not exist")
                .with_hint("SELECT name FROM hartonomous.model lists the models you may see."));
}

std::optional<std::int64_t> as_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

}  // namespace

std::int64_t find_model(std::string_view name) {
  static pg::Statement find("SELECT model_id FROM hartonomous.model WHERE name = $1 LIMIT 2");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().text(name));
  if (rows.count() == 0) no_such_model(name);
  if (rows.count() > 1) {
    pg::raise(Status(Code::kInvalidArgument, "model name " + core::quoted(name) + " is ambiguous")
                  .with_detail("More than one of your tenants has a model of that name.")
                  .with_hint("Use a role that is a member of one of them."));
  }
  return rows.int8(0, 0);
}

std::vector<std::int64_t> version_at(std::int64_t tenant_id, std::string_view name,
                                     std::string_view ref) {
  static pg::Statement find(
      "SELECT r.version_id FROM hartonomous.model m JOIN hartonomous.model_ref r USING (model_id) "
      "WHERE m.tenant_id = $1 AND m.name = $2 AND r.ref_name = $3");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().int8(tenant_id).text(name).text(ref));
  if (rows.count() == 0) return {};
  return {rows.int8(0, 0)};
}

VersionKey find_version(std::string_view model) {
  static pg::Statement by_ref(
      "SELECT version_id FROM hartonomous.model_ref WHERE model_id = $1 AND ref_name = $2");
  static pg::Statement by_id(
      "SELECT version_id FROM hartonomous.model_version WHERE model_id = $1 AND version_id = $2");
  const std::size_t at = model.rfind('@');
  const std::string_view name = model.substr(0, at);
  const std::string_view ref = at == std::string_view::npos ? "main" : model.substr(at + 1);
  const std::int64_t model_id = find_model(name);
  const auto number = as_number(ref);
  pg::Spi spi;
  const pg::Rows rows = number ? spi.query(by_id, Parameters().int8(model_id).int8(*number))
                               : spi.query(by_ref, Parameters().int8(model_id).text(ref));
  if (rows.count() == 0) {
    pg::raise(Status(Code::kNotFound, "model " + core::quoted(name) + " has no " +
                                          (number ? "version " : "ref ") + core::quoted(ref))
                  .with_hint("SELECT * FROM hartonomous.model_ref lists the refs you may see."));
  }
  return {model_id, rows.int8(0, 0)};
}

VersionIdentity identity_of(const VersionKey& version) {
  static pg::Statement find(
      "SELECT m.tenant_id, v.manifest_hash FROM hartonomous.model_version v "
      "JOIN hartonomous.model m USING (model_id) WHERE v.version_id = $1");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().int8(version.version_id));
  return {rows.int8(0, 0), hash_at(rows, 0, 1)};
}

std::vector<FileKey> files_of(const VersionKey& version) {
  static pg::Statement find(
      "SELECT v.path, f.file_id, f.format, f.byte_length, coalesce(encode(f.sha256, 'hex'), '') "
      "FROM hartonomous.version_file v JOIN hartonomous.file f USING (file_id) "
      "WHERE v.version_id = $1 ORDER BY v.path COLLATE \"C\"");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().int8(version.version_id));
  std::vector<FileKey> files;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    files.push_back({std::string(rows.text(i, 0)), rows.int8(i, 1), std::string(rows.text(i, 2)),
                     static_cast<std::uint64_t>(rows.int8(i, 3)), std::string(rows.text(i, 4))});
  }
  return files;
}

namespace {

constexpr int kMaxDepth = 16;  // of expressions whose operands are expressions

TensorKey tensor_named(const VersionKey& version, std::string_view name, int depth) {
  static pg::Statement find(
      "SELECT t.tensor_id, t.dtype, t.shape, t.byte_length "
      "FROM hartonomous.version_tensor v JOIN hartonomous.tensor t USING (tensor_id) "
      "WHERE v.version_id = $1 AND v.name = $2");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().int8(version.version_id).text(name));
  if (rows.count() == 0) {
    pg::raise(Status(Code::kNotFound, "model has no tensor " + core::quoted(name))
                  .with_hint("SELECT name FROM hartonomous.model_tensor lists them."));
  }
  const auto dtype = core::tensor::dtype_by_name(rows.text(0, 1));
  if (!dtype) pg::raise({Code::kCorrupt, "unknown dtype " + core::quoted(rows.text(0, 1))});
  const std::vector<std::int64_t> shape = pg::int8_array(rows.datum(0, 2));
  TensorKey tensor{rows.int8(0, 0),
                   *dtype,
                   {shape.begin(), shape.end()},
                   static_cast<std::uint64_t>(rows.int8(0, 3))};
  for (const NamedStep& step : steps_of(version.version_id, name)) {
    if (depth == kMaxDepth) {
      pg::raise(Status(Code::kLimitExceeded,
                       "expression of tensor " + core::quoted(name) + " is too deep")
                    .with_hint("Make its operands stored with hartonomous.materialize()."));
    }
    TensorStep& made = tensor.steps.emplace_back(TensorStep{{}, step.parameters});
    for (const std::string& operand : step.operands) {
      made.operands.push_back(tensor_named(version, operand, depth + 1));
    }
  }
  return tensor;
}

}  // namespace

TensorKey find_tensor(const VersionKey& version, std::string_view name) {
  return tensor_named(version, name, 0);
}

}  // namespace hartonomous::store
