// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/facts/adapter.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace hartonomous::core::facts {

namespace {

enum class Factor : std::uint8_t { kNone, kA, kB };

struct Habit {
  std::string_view part;  // of a name
  bool is_at_end;
  std::string_view dialect;
  Factor factor;
};
// The first that fits counts.
constexpr Habit kHabits[] = {
    {".hada_w", false, "loha", Factor::kNone},
    {".lokr_w", false, "lokr", Factor::kNone},
    {".lora_down.weight", true, "kohya", Factor::kA},
    {".lora_up.weight", true, "kohya", Factor::kB},
    {".lora.down.weight", true, "diffusers", Factor::kA},
    {".lora.up.weight", true, "diffusers", Factor::kB},
    {"_lora.down.weight", true, "diffusers", Factor::kA},
    {"_lora.up.weight", true, "diffusers", Factor::kB},
    {".lora_A.weight", true, "peft", Factor::kA},
    {".lora_B.weight", true, "peft", Factor::kB},
    {".lora_A.", false, "peft", Factor::kA},  // with the adapter's name behind
    {".lora_B.", false, "peft", Factor::kB},
    {".lora_embedding_A", true, "peft", Factor::kA},
    {".lora_embedding_B", true, "peft", Factor::kB},
    {".lora_magnitude_vector", false, "peft", Factor::kNone},
    {".weight.lora_a", true, "gguf", Factor::kA},
    {".weight.lora_b", true, "gguf", Factor::kB},
    {".lora_a", true, "mlx", Factor::kA},
    {".lora_b", true, "mlx", Factor::kB},
};

const Habit* habit_of(std::string_view name) noexcept {
  for (const Habit& habit : kHabits) {
    const bool fits =
        habit.is_at_end ? name.ends_with(habit.part) : name.find(habit.part) != name.npos;
    if (fits) return &habit;
  }
  return nullptr;
}

}  // namespace

std::optional<Adapter> adapter_of(std::span<const TensorView> tensors) {
  std::size_t fitting = 0, scales = 0;
  std::optional<Adapter> adapter;
  for (const TensorView& tensor : tensors) {
    if (tensor.name.ends_with(".alpha")) ++scales;
    const Habit* const habit = habit_of(tensor.name);
    if (habit == nullptr) continue;
    ++fitting;
    if (!adapter) adapter = Adapter{habit->dialect, std::nullopt};
    if (habit->factor == Factor::kNone || tensor.shape.size() < 2) continue;
    // A is rank x inputs, B outputs x rank; MLX stores both the other way round.
    const bool rank_is_first = (habit->factor == Factor::kA) != (habit->dialect == "mlx");
    const std::uint64_t rank = tensor.shape[rank_is_first ? 0 : 1];
    adapter->rank = std::max(adapter->rank.value_or(0), rank);
  }
  return 2 * fitting >= tensors.size() - scales ? adapter : std::nullopt;
}

}  // namespace hartonomous::core::facts
