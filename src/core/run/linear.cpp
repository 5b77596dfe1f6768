// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/linear.hpp"

#include <algorithm>
#include <functional>
#include <memory>

#include "core/run/held_tensor.hpp"
#include "core/run/kernels/multiply.hpp"
#include "core/run/kernels/multiply_transposed.hpp"
#include "core/run/kernels/norm.hpp"
#include "core/tensor/dequantize.hpp"

namespace hartonomous::core::run {

namespace {

constexpr std::size_t kWorthSharing = 1 << 14;  // elements that one worker should have at least

// A small tensor's elements as floats.
Result<std::vector<float>> read_vector(const VectorPlace& place, Machine& machine) {
  HARTONOMOUS_TRY(const HeldTensor held, HeldTensor::acquire(machine.weights, place.number));
  std::vector<float> values(place.size);
  HARTONOMOUS_CHECK(tensor::dequantize(place.dtype, held.bytes(), values));
  return values;
}

std::size_t row_bytes(tensor::DType dtype, std::size_t columns) noexcept {
  const auto& type = tensor::info(dtype);
  return columns / type.block_elements * type.block_bytes;
}

// Products in slices of rows, so that a large one does not keep a cancel waiting. Slices do not
// show in the result: each output is a matter of its own row.
Status multiply_in_slices(const Matrix& matrix, const Activations& in, std::span<float> out,
                          Machine& machine) {
  const std::size_t work = in.positions() * matrix.columns;  // per row
  const std::size_t slice =
      std::max<std::size_t>(kSliceWork / std::max<std::size_t>(work, 1) / 48, 1) * 48;
  for (std::size_t begin = 0; begin < matrix.rows; begin += slice) {
    const std::size_t end = std::min(begin + slice, matrix.rows);
    HARTONOMOUS_CHECK(multiply_rows(matrix, begin, end, in, out, machine.workers));
    machine.checkpoint.reached((end - begin) * row_bytes(matrix.dtype, matrix.columns));
  }
  return Status::ok();
}

// The same for a matrix stored input by input, in slices of positions.
Status multiply_turned_in_slices(const Matrix& matrix, const Activations& in, std::span<float> out,
                                 Machine& machine) {
  const std::size_t work = matrix.rows * matrix.columns;  // per position
  const std::size_t slice = std::max<std::size_t>(kSliceWork / work, 1);
  for (std::size_t begin = 0; begin < in.positions(); begin += slice) {
    const std::size_t count = std::min(slice, in.positions() - begin);
    const Activations some({in.row(begin).data(), count * matrix.rows}, count, matrix.rows);
    HARTONOMOUS_CHECK(multiply_transposed(
        matrix, some, out.subspan(begin * matrix.columns, count * matrix.columns),
        machine.workers));
    machine.checkpoint.reached(matrix.data.size() * count / in.positions());
  }
  return Status::ok();
}

// out += scale * (in * Aᵀ) * Bᵀ.
Status add_low_rank(const LowRank& addition, const Activations& in, std::size_t outputs,
                    std::span<float> out, Machine& machine) {
  const std::size_t inner_size = in.positions() * addition.rank;
  const auto buffer = std::make_unique_for_overwrite<float[]>(inner_size + out.size());
  const std::span<float> inner(buffer.get(), inner_size);
  const std::span<float> outer(buffer.get() + inner_size, out.size());
  {
    HARTONOMOUS_TRY(const HeldTensor a, HeldTensor::acquire(machine.weights, addition.a));
    const Matrix matrix{addition.a_dtype, addition.rank, in.columns(), a.bytes()};
    HARTONOMOUS_CHECK(multiply_in_slices(matrix, in, inner, machine));
  }
  HARTONOMOUS_TRY(const HeldTensor b, HeldTensor::acquire(machine.weights, addition.b));
  const Matrix matrix{addition.b_dtype, outputs, addition.rank, b.bytes()};
  HARTONOMOUS_CHECK(multiply_in_slices(matrix, Activations(inner, in.positions(), addition.rank),
                                       outer, machine));
  if (addition.rows.is_same()) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += addition.scale * outer[i];
    return Status::ok();
  }
  for (std::size_t p = 0; p < in.positions(); ++p) {
    for (std::size_t row = 0; row < outputs; ++row) {
      out[p * outputs + addition.rows.place(row)] += addition.scale * outer[p * outputs + row];
    }
  }
  return Status::ok();
}

Status apply_matrix(const MatrixPlace& place, const Activations& in, std::span<float> out,
                    Machine& machine) {
  HARTONOMOUS_TRY(const HeldTensor held, HeldTensor::acquire(machine.weights, place.number));
  if (place.is_transposed) {
    return multiply_turned_in_slices({place.dtype, place.inputs, place.outputs, held.bytes()}, in,
                                     out, machine);
  }
  const std::size_t bytes = place.outputs * row_bytes(place.dtype, place.inputs);
  const Matrix matrix{place.dtype, place.outputs, place.inputs,
                      held.bytes().subspan(place.offset, bytes)};
  return multiply_in_slices(matrix, in, out, machine);
}

}  // namespace

Status apply(const LinearPlace& place, const Activations& in, std::span<float> out,
             Machine& machine) {
  const std::size_t outputs = place.matrix.outputs;
  HARTONOMOUS_CHECK(apply_matrix(place.matrix, in, out, machine));
  for (const LowRank& addition : place.matrix.additions) {
    HARTONOMOUS_CHECK(add_low_rank(addition, in, outputs, out, machine));
  }
  if (!place.bias) return Status::ok();
  HARTONOMOUS_TRY(const std::vector<float> bias, read_vector(*place.bias, machine));
  for (std::size_t p = 0; p < in.positions(); ++p) {
    for (std::size_t i = 0; i < outputs; ++i) out[p * outputs + i] += bias[i];
  }
  return Status::ok();
}

Status apply(const NormPlace& place, const Norm& norm, std::span<const float> in,
             std::span<float> out, Machine& machine) {
  const std::size_t size = place.weight.size;
  HARTONOMOUS_TRY(const std::vector<float> weight, read_vector(place.weight, machine));
  std::vector<float> bias;
  if (place.bias) {
    HARTONOMOUS_TRY(bias, read_vector(*place.bias, machine));
  }
  for_each(machine.workers, in.size() / size, size, [&](std::size_t p) {
    const auto from = in.subspan(p * size, size);
    const auto to = out.subspan(p * size, size);
    if (norm.kind == NormKind::kRms) {
      rms_norm(from, weight, norm.weight_offset, norm.epsilon, to);
    } else {
      layer_norm(from, weight, bias, norm.epsilon, to);
    }
  });
  return Status::ok();
}

Status gather(const MatrixPlace& table, std::span<const std::size_t> rows, std::span<float> out,
              Machine& machine) {
  HARTONOMOUS_TRY(const HeldTensor held, HeldTensor::acquire(machine.weights, table.number));
  const std::size_t bytes = row_bytes(table.dtype, table.inputs);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    HARTONOMOUS_CHECK(tensor::dequantize(table.dtype, held.bytes().subspan(rows[i] * bytes, bytes),
                                         out.subspan(i * table.inputs, table.inputs)));
  }
  return Status::ok();
}

void for_each(Workers& workers, std::size_t count, std::size_t each,
              const std::function<void(std::size_t)>& task) {
  const std::size_t useful = std::max<std::size_t>(count * each / kWorthSharing, 1);
  const std::size_t parts = std::min({workers.count(), useful, count});
  if (parts <= 1) {
    for (std::size_t i = 0; i < count; ++i) task(i);
    return;
  }
  workers.run(parts, [&](std::size_t part) {
    for (std::size_t i = count * part / parts; i < count * (part + 1) / parts; ++i) task(i);
  });
}

}  // namespace hartonomous::core::run
