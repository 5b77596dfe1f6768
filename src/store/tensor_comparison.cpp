// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/tensor_comparison.hpp"

#include "core/base/checked.hpp"
#include "core/tensor/dequantize.hpp"
#include "core/tensor/statistics.hpp"
#include "pg/identity.hpp"
#include "pg/spi.hpp"
#include "store/content_reader.hpp"
#include "store/tensor_values.hpp"

namespace hartonomous::store {

namespace {

using core::tensor::Difference;
using core::tensor::DifferenceSummary;
using pg::Parameters;

bool are_cut_alike(std::span<const BlockPlace> a, std::span<const BlockPlace> b,
                   std::uint64_t group_bytes) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].length != b[i].length || a[i].length % group_bytes != 0) return false;
  }
  return true;
}

DifferenceSummary by_blocks(core::tensor::DType dtype, std::span<const BlockPlace> a,
                            std::span<const BlockPlace> b) {
  const auto& type = core::tensor::info(dtype);
  BlockReader reader;
  std::vector<std::byte> bytes;
  std::vector<float> values[2];
  Difference difference;
  for (std::size_t i = 0; i < a.size(); ++i) {
    pg::poll();
    const std::size_t count = a[i].length / type.block_bytes * type.block_elements;
    if (a[i].block_id == b[i].block_id) {
      difference.skip(count);
      continue;
    }
    bytes.resize(a[i].length);
    for (int side = 0; side < 2; ++side) {
      reader.read(side == 0 ? a[i].block_id : b[i].block_id, bytes);
      values[side].resize(count);
      pg::check(core::tensor::dequantize(dtype, bytes, values[side]));
    }
    difference.add(values[0], values[1]);
  }
  return difference.summary();
}

// One side's values in memory; for tensors that are not cut alike.
DifferenceSummary by_values(const TensorKey& a, const TensorKey& b) {
  const std::vector<float> values = read_values(a);
  Difference difference;
  stream_values(b, [&](std::uint64_t first, std::span<const float> part) {
    difference.add(std::span(values).subspan(first, part.size()), part);
  });
  return difference.summary();
}

std::optional<double> norm_of(std::int64_t tensor_id) {
  static pg::Statement find("SELECT l2 FROM hartonomous.tensor_summary WHERE tensor_id = $1");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().int8(tensor_id));
  if (rows.count() == 0 || rows.is_null(0, 0)) return std::nullopt;
  return rows.float8(0, 0);
}

void measure(TensorPair& pair) {
  if (!pair.a || !pair.b) return;
  pair.difference = difference_of(*pair.a, *pair.b);
  if (!pair.difference || !pair.a->steps.empty() || !pair.b->steps.empty()) return;
  const auto a = norm_of(pair.a->tensor_id), b = norm_of(pair.b->tensor_id);
  if (a && b && pair.difference->nonfinite == 0) {
    pair.cosine = core::tensor::cosine(*a, *b, pair.difference->l2);
  }
}

// Statistics, and how many of its innermost rows are zero throughout.
class Summary {
 public:
  explicit Summary(const TensorKey& tensor)
      : row_(tensor.shape.size() < 2 ? 0 : tensor.shape.back()) {}

  void add(std::span<const float> values) noexcept {
    statistics_.add(values);
    if (row_ == 0) return;
    for (const float value : values) {
      is_dead_ = is_dead_ && value == 0;
      if (++column_ < row_) continue;
      dead_rows_ += is_dead_ ? 1 : 0;
      column_ = 0;
      is_dead_ = true;
    }
  }

  core::tensor::StatisticsSummary statistics() const noexcept { return statistics_.summary(); }
  std::int64_t dead_rows() const noexcept { return dead_rows_; }

 private:
  core::tensor::Statistics statistics_;
  std::uint64_t row_, column_ = 0;
  std::int64_t dead_rows_ = 0;
  bool is_dead_ = true;
};

void record(const TensorKey& tensor, const Summary& summary) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.tensor_summary (tensor_id, element_count, zeros, nan, infinite, "
      "dead_rows, min, max, mean, stddev, l2) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (tensor_id) DO NOTHING");
  const auto s = summary.statistics();
  const auto count = [](std::uint64_t n) { return static_cast<std::int64_t>(n); };
  Parameters row;
  row.int8(tensor.tensor_id).int8(count(s.count)).int8(count(s.zeros)).int8(count(s.nan));
  row.int8(count(s.infinite)).int8(summary.dead_rows());
  for (const double value : {s.min, s.max, s.mean, s.stddev, s.l2}) {
    if (s.count > s.nonfinite()) {
      row.float8(value);
    } else {
      row.null(FLOAT8OID);
    }
  }
  pg::Spi().execute(insert, row);
}

}  // namespace

std::optional<DifferenceSummary> difference_of(const TensorKey& a, const TensorKey& b) {
  const auto& type = core::tensor::info(a.dtype);
  const bool are_read = type.is_decodable && core::tensor::info(b.dtype).is_decodable;
  if (a.shape != b.shape || !are_read) return std::nullopt;
  const pg::OwnerRights rights;
  if (a.dtype == b.dtype && a.steps.empty() && b.steps.empty()) {
    const auto blocks_a = blocks_of_tensor(a.tensor_id), blocks_b = blocks_of_tensor(b.tensor_id);
    if (are_cut_alike(blocks_a, blocks_b, type.block_bytes)) {
      return by_blocks(a.dtype, blocks_a, blocks_b);
    }
  }
  return by_values(a, b);
}

std::vector<TensorPair> compare_versions(const VersionKey& a, const VersionKey& b) {
  static pg::Statement find(
      "SELECT name, x.tensor_id IS NOT NULL, y.tensor_id IS NOT NULL FROM "
      "(SELECT * FROM hartonomous.version_tensor WHERE version_id = $1) x FULL JOIN "
      "(SELECT * FROM hartonomous.version_tensor WHERE version_id = $2) y USING (name) "
      "WHERE x.tensor_id IS DISTINCT FROM y.tensor_id OR x.steps IS DISTINCT FROM y.steps "
      "ORDER BY name COLLATE \"C\"");
  std::vector<TensorPair> pairs;
  {
    pg::Spi spi;
    const pg::Rows rows = spi.query(find, Parameters().int8(a.version_id).int8(b.version_id));
    for (std::size_t i = 0; i < rows.count(); ++i) {
      TensorPair pair{std::string(rows.text(i, 0)), {}, {}, {}, {}};
      if (rows.boolean(i, 1)) pair.a = find_tensor(a, pair.name);
      if (rows.boolean(i, 2)) pair.b = find_tensor(b, pair.name);
      pairs.push_back(std::move(pair));
    }
  }
  for (TensorPair& pair : pairs) measure(pair);
  return pairs;
}

std::int64_t summarize_tensors(const VersionKey& version) {
  static pg::Statement find(
      "SELECT DISTINCT ON (v.tensor_id) v.name FROM hartonomous.version_tensor v "
      "WHERE v.version_id = $1 AND NOT EXISTS (SELECT FROM hartonomous.tensor_summary s "
      "WHERE s.tensor_id = v.tensor_id) ORDER BY v.tensor_id");
  std::vector<TensorKey> tensors;
  {
    pg::Spi spi;
    const pg::Rows rows = spi.execute(find, Parameters().int8(version.version_id));
    for (std::size_t i = 0; i < rows.count(); ++i) {
      tensors.push_back(find_tensor(version, rows.text(i, 0)));
    }
  }
  const pg::OwnerRights rights;
  std::int64_t done = 0;
  for (TensorKey& tensor : tensors) {
    if (!core::tensor::info(tensor.dtype).is_decodable) continue;
    tensor.steps.clear();  // what is summarised is what is stored
    Summary summary(tensor);
    stream_values(tensor,
                  [&](std::uint64_t, std::span<const float> values) { summary.add(values); });
    record(tensor, summary);
    ++done;
  }
  return done;
}

}  // namespace hartonomous::store
