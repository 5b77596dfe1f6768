// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/feed_forward.hpp"

#include <algorithm>
#include <memory>

#include "core/run/kernels/pointwise.hpp"
#include "core/run/linear.hpp"

namespace hartonomous::core::run {

namespace {

// Rows of gates followed by ups become rows of activated products, at the front.
void gate_fused(Activation activation, std::span<float> values, std::size_t size) {
  const std::size_t positions = values.size() / (2 * size);
  for (std::size_t p = 0; p < positions; ++p) {
    const std::span<float> gate = values.subspan(2 * p * size, size);
    activate_and_gate(activation, gate, values.subspan((2 * p + 1) * size, size));
    std::ranges::copy(gate, values.begin() + static_cast<std::ptrdiff_t>(p * size));
  }
}

}  // namespace

Status apply(const FeedForwardPlace& place, const ModelDescription& model, const Activations& in,
             std::span<float> out, Machine& machine) {
  const std::size_t positions = in.positions(), size = place.down.matrix.inputs;
  const std::size_t outputs = positions * place.up.matrix.outputs;
  const auto memory =
      std::make_unique_for_overwrite<float[]>(outputs + (place.gate ? positions * size : 0));
  const std::span<float> up(memory.get(), outputs);
  std::span<const float> inner = up;
  if (place.gate) {
    const std::span<float> gate(memory.get() + outputs, positions * size);
    HARTONOMOUS_CHECK(apply(*place.gate, in, gate, machine));
    HARTONOMOUS_CHECK(apply(place.up, in, up, machine));
    for_each(machine.workers, positions, 8 * size, [&](std::size_t p) {
      activate_and_gate(model.activation, gate.subspan(p * size, size), up.subspan(p * size, size));
    });
    inner = gate;
  } else {
    HARTONOMOUS_CHECK(apply(place.up, in, up, machine));
    if (place.up.matrix.outputs == 2 * size) {
      gate_fused(model.activation, up, size);
      inner = up.first(positions * size);
    } else {
      for_each(machine.workers, positions, 8 * size,
               [&](std::size_t p) { activate(model.activation, up.subspan(p * size, size)); });
    }
  }
  return apply(place.down, Activations(inner, positions, size), out, machine);
}

}  // namespace hartonomous::core::run
