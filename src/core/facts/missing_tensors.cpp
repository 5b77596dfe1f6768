// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <algorithm>
#include <map>
#include <set>

#include "core/facts/adapter.hpp"
#include "core/facts/completeness.hpp"

namespace hartonomous::core::facts {

namespace {

// A name around the number of its block: "model.layers.", 7, ".mlp.up_proj.weight".
struct BlockName {
  std::string_view before, after;
  std::uint64_t block;
};
std::optional<BlockName> split_at_block(std::string_view name) {
  const auto block = block_of(name);
  if (!block) return std::nullopt;
  // block_of() took the first such number: what precedes it has none.
  for (std::size_t at = 1; at < name.size(); ++at) {
    const bool begins = (name[at - 1] == '.' || name[at - 1] == '/') && name[at] >= '0' &&
                        name[at] <= '9' && block_of(name.substr(0, at)) == std::nullopt;
    if (!begins) continue;
    const std::size_t end = std::min(name.find_first_not_of("0123456789", at), name.size());
    if (block_of(name.substr(0, end)) == block) {
      return BlockName{name.substr(0, at), name.substr(end), *block};
    }
  }
  return std::nullopt;
}

using Suffixes = std::set<std::string_view>;
using Blocks = std::map<std::uint64_t, Suffixes>;

constexpr std::size_t kMostShapes = 64;  // distinct sets of suffixes; a model has a few

void compare_blocks(std::string_view prefix, const Blocks& blocks, std::vector<Missing>& out) {
  std::map<Suffixes, std::uint64_t> shapes;  // of them one block that has it
  for (const auto& [block, suffixes] : blocks) {
    shapes.emplace(suffixes, block);
    if (shapes.size() > kMostShapes) return;
  }
  for (const auto& [block, suffixes] : blocks) {
    const std::pair<const Suffixes, std::uint64_t>* fullest = nullptr;
    for (const auto& shape : shapes) {
      const bool is_fuller =
          shape.first.size() > (fullest ? fullest->first.size() : suffixes.size());
      if (is_fuller && std::ranges::includes(shape.first, suffixes)) fullest = &shape;
    }
    if (fullest == nullptr) continue;
    for (const std::string_view suffix : fullest->first) {
      if (suffixes.contains(suffix)) continue;
      out.push_back({"tensor", std::string(prefix) + std::to_string(block) + std::string(suffix),
                     std::string("Block ") + std::to_string(fullest->second) + " has one."});
    }
  }
}

void find_layers(std::string_view prefix, const Blocks& blocks, std::uint64_t count,
                 std::vector<Missing>& out) {
  constexpr std::uint64_t kMostLayers = 100'000;
  for (std::uint64_t layer = 0; layer < std::min(count, kMostLayers); ++layer) {
    if (blocks.contains(layer)) continue;
    out.push_back({"layer", std::string(prefix) + std::to_string(layer),
                   std::string("The model has ") + std::to_string(count) + " layers."});
  }
}

void find_mapped(const Inventory& inventory, std::vector<Missing>& out) {
  std::set<std::string_view> present;
  for (const TensorView& tensor : inventory.tensors) present.insert(tensor.name);
  for (const Inventory::Index& index : inventory.indexes) {
    for (const auto& mapping : index.content->weight_map) {
      if (present.contains(mapping.tensor)) continue;
      out.push_back({"tensor", mapping.tensor, "It is named by " + quoted(index.path) + "."});
    }
  }
}

}  // namespace

std::vector<Missing> missing_tensors(const Inventory& inventory) {
  std::vector<Missing> out;
  find_mapped(inventory, out);
  if (!out.empty() || adapter_of(inventory.tensors)) return out;
  std::map<std::string_view, Blocks> stacks;  // by what precedes the number
  for (const TensorView& tensor : inventory.tensors) {
    if (const auto name = split_at_block(tensor.name)) {
      stacks[name->before][name->block].insert(name->after);
    }
  }
  const auto declared = model_facts({}, inventory.metadata).layer_count;
  for (const auto& [prefix, blocks] : stacks) {
    // With several stacks, as of encoder and decoder, it is not known whose layers are counted.
    const std::uint64_t seen = blocks.rbegin()->first + 1;
    find_layers(prefix, blocks, stacks.size() == 1 ? declared.value_or(seen) : seen, out);
    compare_blocks(prefix, blocks, out);
  }
  return out;
}

}  // namespace hartonomous::core::facts
