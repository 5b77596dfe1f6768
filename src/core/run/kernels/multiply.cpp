// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/kernels/multiply.hpp"

#include <algorithm>
#include <string>

namespace hartonomous::core::run {

namespace {

// Rows are shared out in sixteens, a register tile's height; into more parts than workers when
// there is enough for each, so that one worker's late start does not keep the others waiting.
constexpr std::size_t kRowsTogether = 16;
constexpr std::size_t kBytesPerPart = 64 << 10;
constexpr std::size_t kPartsPerWorker = 2;

std::size_t parts_of(const Matrix& matrix, std::size_t positions, std::size_t workers) {
  if (workers == 1) return 1;
  const std::size_t worth = matrix.data.size() * positions / kBytesPerPart + 1;
  const std::size_t groups = (matrix.rows + kRowsTogether - 1) / kRowsTogether;
  return std::min({groups, worth, workers * kPartsPerWorker});
}

}  // namespace

Status multiply(const Matrix& matrix, const Activations& in, std::span<float> out, Workers& workers,
                const KernelSet& kernels) {
  const auto& type = tensor::info(matrix.dtype);
  if (!type.is_decodable) {
    return {Code::kUnsupported, "no kernel for element type " + std::string(type.name)};
  }
  if (matrix.rows == 0 || in.positions() == 0) return Status::ok();
  const Form form = form_for(matrix.dtype);
  const bool is_float = form != Form::kCodes32 && form != Form::kCodes256;
  const FloatForm floats = is_float ? in.floats(form, kernels, workers) : FloatForm{};
  const CodeForm codes = is_float ? CodeForm{} : in.codes(form, kernels, workers);
  const Products job{&matrix, in.positions(), out.data()};
  const std::size_t parts = parts_of(matrix, in.positions(), workers.count());
  const std::size_t groups = (matrix.rows + kRowsTogether - 1) / kRowsTogether;
  const auto some = [&](std::size_t part) {
    const std::size_t begin = groups * part / parts * kRowsTogether;
    const std::size_t end = std::min(matrix.rows, groups * (part + 1) / parts * kRowsTogether);
    if (is_float) {
      kernels.float_products(job, floats, begin, end);
    } else {
      kernels.code_products(job, codes, begin, end);
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
