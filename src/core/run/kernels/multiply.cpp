// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/kernels/multiply.hpp"

#include <algorithm>
#include <string>

namespace hartonomous::core::run {

namespace {

// Rows are shared out so many at a time: a register tile's height, or what a panel of positions
// meets together; into more parts than workers when there is enough for each, so that one worker's
// late start does not keep the others waiting.
constexpr std::size_t kRowsTogether = 16, kRowsOfPanels = 48;
constexpr std::size_t kBytesPerPart = 64 << 10;
constexpr std::size_t kPartsPerWorker = 2, kPartsOfPanels = 16;

struct Shares {
  std::size_t rows;  // each a multiple of it
  std::size_t parts;
};

Shares shares_of(std::size_t rows, std::size_t row_bytes, std::size_t positions,
                 std::size_t workers) {
  const bool has_panels = positions >= kTileFrom;
  const std::size_t together = has_panels ? kRowsOfPanels : kRowsTogether;
  if (workers == 1) return {together, 1};
  const std::size_t worth = rows * row_bytes * positions / kBytesPerPart + 1;
  const std::size_t most = workers * (has_panels ? kPartsOfPanels : kPartsPerWorker);
  return {together, std::min({(rows + together - 1) / together, worth, most})};
}

}  // namespace

Status multiply(const Matrix& matrix, const Activations& in, std::span<float> out, Workers& workers,
                const KernelSet& kernels) {
  return multiply_rows(matrix, 0, matrix.rows, in, out, workers, kernels);
}

Status multiply_rows(const Matrix& matrix, std::size_t begin, std::size_t end,
                     const Activations& in, std::span<float> out, Workers& workers,
                     const KernelSet& kernels) {
  const auto& type = tensor::info(matrix.dtype);
  if (!type.is_decodable) {
    return {Code::kUnsupported, "no kernel for element type " + std::string(type.name)};
  }
  if (begin == end || in.positions() == 0) return Status::ok();
  const Form form = form_for(matrix.dtype);
  const bool is_float = form != Form::kCodes32 && form != Form::kCodes256;
  const FloatForm floats = is_float ? in.floats(form, kernels, workers) : FloatForm{};
  const CodeForm codes = is_float ? CodeForm{} : in.codes(form, kernels, workers);
  const Products job{&matrix, in.positions(), out.data()};
  const auto [together, parts] =
      shares_of(end - begin, matrix.data.size() / matrix.rows, in.positions(), workers.count());
  const std::size_t groups = (end - begin + together - 1) / together;
  const auto some = [&, together = together, parts = parts](std::size_t part) {
    const std::size_t from = begin + groups * part / parts * together;
    const std::size_t to = std::min(end, begin + groups * (part + 1) / parts * together);
    if (is_float) {
      kernels.float_products(job, floats, from, to);
    } else {
      kernels.code_products(job, codes, from, to);
    }
  };
  if (parts == 1) {
    some(0);
  } else {
    workers.run(parts, some);
  }
  return Status::ok();
}

}  // namespace hartonomous::core::run
