// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/kernels/multiply.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>
#include <optional>

#include "cases.hpp"

namespace run = hartonomous::core::run;
namespace tensor = hartonomous::core::tensor;
using hartonomous::core::Alone;
using tensor::DType;
using namespace hartonomous::test;

namespace {

std::vector<DType> decodable_types() {
  std::vector<DType> types;
  for (std::size_t i = 0; i < tensor::kDTypeCount; ++i) {
    if (tensor::info(DType(i)).is_decodable) types.push_back(DType(i));
  }
  return types;
}

// The inputs as the products see them, in double: x, or scale * code.
std::vector<double> rounded(const run::Activations& in, DType weights,
                            const run::KernelSet& kernels) {
  Alone alone;
  const run::Form form = run::form_for(weights);
  std::vector<double> values(in.positions() * in.columns());
  if (form == run::Form::kCodes32 || form == run::Form::kCodes256) {
    const run::CodeForm codes = in.codes(form, kernels, alone);
    const std::size_t block = in.columns() / codes.blocks;
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = double(codes.scales[i / block]) * codes.codes[i];
    }
  } else {
    const run::FloatForm floats = in.floats(form, kernels, alone);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = floats.values[i / in.columns() * floats.stride + i % in.columns()];
    }
  }
  return values;
}

struct Reference {
  double product, bound;
};

// The exact product in double, and how far a float sum may be from it: each of its steps (fewer
// than columns + 8) rounds at most the sum of magnitudes by 2^-24. A block's codes and minimum are
// apart in the kernels, together in decoded weights; neither is over 4 times the block's largest
// weight, as the codes are random. The types with a minimum per 32 also meet d * (sum of codes) in
// binary16, which rounds minimum * sum by 2^-11.
Reference reference(const run::Matrix& matrix, const float* row, const double* input) {
  const bool has_half_sums = matrix.dtype == DType::kQ4_1 || matrix.dtype == DType::kQ5_1;
  const std::size_t block = tensor::info(matrix.dtype).block_elements;
  double sum = 0, magnitude = 0, most = 0;
  for (std::size_t c = 0; c < matrix.columns; ++c) {
    if (c % block == 0) {
      most = 0;
      for (std::size_t i = c; i < c + block; ++i) most = std::max<double>(most, std::abs(row[i]));
    }
    sum += row[c] * input[c];
    magnitude += (block == 1 ? 1 : 4) * most * std::abs(input[c]);
  }
  return {sum, magnitude * (static_cast<double>(matrix.columns + 8) * 0x1p-24 +
                            (has_half_sums ? 0x1p-11 : 0))};
}

std::vector<float> product(const run::Matrix& matrix, const std::vector<float>& values,
                           std::size_t positions, hartonomous::core::Workers& workers,
                           const run::KernelSet& kernels = run::best_kernels()) {
  const run::Activations in(values, positions, matrix.columns);
  std::vector<float> out(positions * matrix.rows, -1);
  REQUIRE(run::multiply(matrix, in, out, workers, kernels).is_ok());
  return out;
}

void check_products(const run::KernelSet& kernels, DType dtype, std::size_t columns) {
  constexpr std::size_t kRows = 21, kPositions = 2;
  CAPTURE(kernels.name, tensor::info(dtype).name, columns);
  Alone alone;
  const OwnedMatrix owned = random_matrix(dtype, kRows, columns, 1);
  const std::vector<float> values = random_values(kPositions * columns, 2);
  const std::vector<float> out = product(owned.matrix, values, kPositions, alone, kernels);
  const std::vector<double> inputs =
      rounded(run::Activations(values, kPositions, columns), dtype, kernels);
  std::vector<float> weights(kRows * columns);
  REQUIRE(tensor::dequantize(dtype, owned.matrix.data, weights).is_ok());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Reference wanted = reference(owned.matrix, weights.data() + i % kRows * columns,
                                       inputs.data() + i / kRows * columns);
    CAPTURE(i, out[i], wanted.product, wanted.bound);
    CHECK(std::abs(out[i] - wanted.product) <= wanted.bound);
  }
}

}  // namespace

TEST_CASE("products of every type are near exact ones", "[run][kernels]") {
  for (const run::KernelSet& kernels : run::kernel_sets()) {
    for (const DType dtype : decodable_types()) {
      const std::size_t block = tensor::info(dtype).block_elements;
      check_products(kernels, dtype, block == 1 ? 45 : 3 * block);
      check_products(kernels, dtype, 1024);
    }
  }
}

TEST_CASE("a product's bits do not depend on its company, the workers or the CPU",
          "[run][kernels]") {
  Alone alone;
  Threads two(2), three(3);
  constexpr std::size_t kPositions = 103, kRows = 37;
  for (const DType dtype : decodable_types()) {
    const std::size_t block = tensor::info(dtype).block_elements;
    const std::size_t columns = block == 1 ? 301 : block == 256 ? 512 : 7 * block;
    CAPTURE(tensor::info(dtype).name);
    const OwnedMatrix owned = random_matrix(dtype, kRows, columns, 3, 1);
    const std::vector<float> values = random_values(kPositions * columns, 4);
    const std::vector<float> all = product(owned.matrix, values, kPositions, alone);
    for (const run::KernelSet& kernels : run::kernel_sets()) {
      CAPTURE(kernels.name);
      CHECK(same_bits(all, product(owned.matrix, values, kPositions, alone, kernels)));
    }
    CHECK(same_bits(all, product(owned.matrix, values, kPositions, two)));
    for (std::size_t count = 1; count <= 19; ++count) {
      CAPTURE(count);
      const std::vector<float> some(values.data(), values.data() + count * columns);
      const std::vector<float> first(all.data(), all.data() + count * kRows);
      CHECK(same_bits(first, product(owned.matrix, some, count, three)));
    }
    const std::vector<float> last(values.end() - columns, values.end());
    CHECK(same_bits({all.end() - kRows, all.end()}, product(owned.matrix, last, 1, alone)));
  }
}

TEST_CASE("sums of the largest codes and inputs fit", "[run][kernels]") {
  struct Largest {
    DType dtype;
    std::size_t header;  // bytes of scale and minimum, here 1 each
    std::byte codes;
  };
  constexpr std::size_t kRows = 16, kColumns = 512;
  Alone alone;
  for (const auto& [dtype, header, codes] :
       {Largest{DType::kQ4_0, 2, std::byte{0xff}}, Largest{DType::kQ4_1, 4, std::byte{0xff}},
        Largest{DType::kQ5_0, 2, std::byte{0xff}}, Largest{DType::kQ5_1, 4, std::byte{0xff}},
        Largest{DType::kQ8_0, 2, std::byte{0x80}}, Largest{DType::kQ4K, 4, std::byte{0xff}},
        Largest{DType::kQ5K, 4, std::byte{0xff}}}) {
    const auto& type = tensor::info(dtype);
    std::vector<std::byte> bytes(kRows * kColumns / type.block_elements * type.block_bytes, codes);
    for (std::size_t i = 0; i < bytes.size(); i += type.block_bytes) {
      for (std::size_t j = 0; j < header; j += 2) {
        bytes[i + j] = std::byte{0x00};
        bytes[i + j + 1] = std::byte{0x3c};
      }
    }
    const run::Matrix matrix{dtype, kRows, kColumns, bytes};
    for (const float input : {1.0F, -1.0F}) {
      const std::vector<float> values(kColumns, input);
      const std::vector<float> plain =
          product(matrix, values, 1, alone, run::kernel_sets().front());
      CAPTURE(type.name, input, plain[0]);
      CHECK(same_bits(plain, product(matrix, values, 1, alone)));
    }
  }
}

TEST_CASE("a row alone gives what it gives among others", "[run][kernels]") {
  Alone alone;
  for (const DType dtype : decodable_types()) {
    const std::size_t block = tensor::info(dtype).block_elements;
    const std::size_t columns = 2 * block + (block == 1 ? 30 : 0);
    CAPTURE(tensor::info(dtype).name);
    const OwnedMatrix owned = random_matrix(dtype, 19, columns, 5);
    const std::vector<float> values = random_values(columns, 6);
    const std::vector<float> all = product(owned.matrix, values, 1, alone);
    const std::size_t row_bytes = owned.matrix.data.size() / 19;
    for (std::size_t r = 0; r < 19; ++r) {
      const run::Matrix row{dtype, 1, columns, owned.matrix.data.subspan(r * row_bytes, row_bytes)};
      CHECK(same_bits({all[r]}, product(row, values, 1, alone)));
    }
  }
}

TEST_CASE("weights may begin at any byte", "[run][kernels]") {
  Alone alone;
  for (const DType dtype : decodable_types()) {
    const std::size_t columns = tensor::info(dtype).block_elements * 2;
    const std::vector<float> values = random_values(9 * columns, 8);
    std::optional<std::vector<float>> aligned;
    for (const std::size_t misplaced : {0, 1, 2, 3, 7, 31}) {
      const OwnedMatrix owned = random_matrix(dtype, 17, columns, 7, misplaced);
      const std::vector<float> out = product(owned.matrix, values, 9, alone);
      if (!aligned) aligned = out;
      CAPTURE(tensor::info(dtype).name, misplaced);
      CHECK(same_bits(*aligned, out));
    }
  }
}

TEST_CASE("a NaN or infinite input flows into all that it touches, and nothing else",
          "[run][kernels]") {
  Alone alone;
  const float infinity = std::numeric_limits<float>::infinity();
  for (const run::KernelSet& kernels : run::kernel_sets()) {
    for (const DType dtype :
         {DType::kF32, DType::kF16, DType::kBf16, DType::kQ8_0, DType::kQ4_0, DType::kQ4_1,
          DType::kQ5_0, DType::kQ2K, DType::kQ4K, DType::kQ5K, DType::kQ6K, DType::kIq4Xs}) {
      const std::size_t columns = tensor::info(dtype).block_elements * 2;
      const OwnedMatrix owned = random_matrix(dtype, 5, columns, 9);
      for (const float bad : {std::nanf(""), infinity, -infinity}) {
        std::vector<float> values = random_values(9 * columns, 10);
        values[columns + 1] = bad;
        const std::vector<float> out = product(owned.matrix, values, 9, alone, kernels);
        CAPTURE(kernels.name, tensor::info(dtype).name, bad);
        for (std::size_t i = 0; i < out.size(); ++i) CHECK(std::isfinite(out[i]) == (i / 5 != 1));
      }
    }
  }
}

TEST_CASE("a NaN weight flows into its row alone", "[run][kernels]") {
  Alone alone;
  for (const run::KernelSet& kernels : run::kernel_sets()) {
    for (const DType dtype : {DType::kF32, DType::kF16, DType::kBf16, DType::kQ8_0, DType::kQ4_0}) {
      const std::size_t columns = tensor::info(dtype).block_elements * 2;
      OwnedMatrix owned = random_matrix(dtype, 20, columns, 11);
      const std::size_t row_bytes = owned.matrix.data.size() / 20;
      auto* const row = const_cast<std::byte*>(owned.matrix.data.data()) + 6 * row_bytes;
      // All bits set: a NaN element, or a block's scale that is one.
      std::fill_n(row, dtype == DType::kF32 ? 4 : 2, std::byte{0xff});
      for (const std::size_t positions : {1, 12}) {
        const std::vector<float> out = product(owned.matrix, random_values(positions * columns, 12),
                                               positions, alone, kernels);
        CAPTURE(kernels.name, tensor::info(dtype).name, positions);
        for (std::size_t i = 0; i < out.size(); ++i) CHECK(std::isnan(out[i]) == (i % 20 == 6));
      }
    }
  }
}

TEST_CASE("empty products are empty or zero, and types without numbers are refused",
          "[run][kernels]") {
  Alone alone;
  for (const DType dtype : {DType::kF32, DType::kQ8_0, DType::kQ4K}) {
    CHECK(product({dtype, 0, 256, {}}, random_values(256, 1), 1, alone).empty());
    CHECK(product({dtype, 3, 0, {}}, {}, 2, alone) == std::vector<float>(6, 0.0F));
    CHECK(product(random_matrix(dtype, 3, 256, 1).matrix, {}, 0, alone).empty());
  }
  const run::Activations in({}, 1, 0);
  const hartonomous::core::Status status = run::multiply({DType::kIq2Xxs, 1, 0, {}}, in, {}, alone);
  CHECK(status.code() == hartonomous::core::Code::kUnsupported);
  CHECK(status.message() == "no kernel for element type IQ2_XXS");
}
