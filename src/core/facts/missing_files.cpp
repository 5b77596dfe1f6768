// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/base/padded_number.hpp"
#include "core/facts/adapter.hpp"
#include "core/facts/completeness.hpp"
#include "core/facts/diffusion.hpp"
#include "core/facts/tensor_kind.hpp"

namespace hartonomous::core::facts {

namespace {

std::string_view directory_of(std::string_view path) {
  return path.substr(0, path.rfind('/') + 1);  // empty, or with the slash
}
std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool has_file(const Inventory& inventory, std::string_view path) {
  return std::ranges::binary_search(inventory.paths, path);
}
bool has_file_named(const Inventory& inventory, std::string_view name) {
  return std::ranges::any_of(inventory.paths,
                             [&](std::string_view path) { return base_name(path) == name; });
}

// "model-00002-of-00003.safetensors".
struct NumberedName {
  std::string_view stem, suffix;  // "model", ".safetensors"
  unsigned number, count;
};
std::optional<NumberedName> numbered(std::string_view path) {
  constexpr std::string_view kForm = "-00000-of-00000";
  const std::size_t dot = path.rfind('.');
  if (dot == path.npos || dot < kForm.size()) return std::nullopt;
  const std::string_view form = path.substr(dot - kForm.size(), kForm.size());
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == '0' ? !is_digit(form[i]) : form[i] != kForm[i]) return std::nullopt;
  }
  const auto number = [&](std::size_t at) {
    unsigned value = 0;
    for (const char c : form.substr(at, 5)) value = value * 10 + static_cast<unsigned>(c - '0');
    return value;
  };
  const NumberedName name{path.substr(0, dot - kForm.size()), path.substr(dot), number(1),
                          number(10)};
  if (name.number < 1 || name.number > name.count) return std::nullopt;
  return name;
}

std::string numbered_name(std::string_view stem, std::string_view suffix, unsigned number,
                          unsigned count) {
  std::string name(stem);
  name.append("-").append(padded_number(number, 5)).append("-of-");
  return name.append(padded_number(count, 5)).append(suffix);
}

// Shards that say by their names how many there are.
void find_numbered_shards(const Inventory& inventory, std::vector<Missing>& out) {
  std::map<std::tuple<std::string_view, std::string_view, unsigned>, std::set<unsigned>> sets;
  for (const std::string_view path : inventory.paths) {
    if (const auto name = numbered(path)) {
      sets[{name->stem, name->suffix, name->count}].insert(name->number);
    }
  }
  for (const auto& [key, numbers] : sets) {
    const auto& [stem, suffix, count] = key;
    for (unsigned number = 1; number <= count; ++number) {
      if (numbers.contains(number)) continue;
      out.push_back({"shard", numbered_name(stem, suffix, number, count),
                     std::string("The model is in ") + std::to_string(count) + " files, and " +
                         std::to_string(numbers.size()) + " of them are there."});
    }
    const std::string index = std::string(stem) + std::string(suffix) + ".index.json";
    if (suffix != ".gguf" && count > 1 && !has_file(inventory, index)) {
      out.push_back({"index", index, "It says which shard has which tensor."});
    }
  }
}

// Shards that an index names, other than those that name themselves.
void find_indexed_shards(const Inventory& inventory, std::vector<Missing>& out) {
  for (const Inventory::Index& index : inventory.indexes) {
    for (const std::string& file : index.content->files) {
      const std::string path = std::string(directory_of(index.path)) + file;
      const bool is_listed = std::ranges::find(out, path, &Missing::name) != out.end();
      if (is_listed || has_file(inventory, path)) continue;
      out.push_back({"shard", path, "It is named by " + quoted(index.path) + "."});
    }
  }
}

// Parts of a GGUF model under names that do not say which they are.
void find_parts(const Inventory& inventory, std::vector<Missing>& out) {
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::set<std::uint64_t>> sets;
  for (const auto& [path, part] : inventory.parts) {
    if (!numbered(path)) sets[{part.count, part.tensors}].insert(part.number);
  }
  for (const auto& [key, numbers] : sets) {
    if (numbers.size() == key.first) continue;
    std::string list;
    constexpr std::uint64_t kShown = 100;
    for (std::uint64_t i = 0; i < std::min(key.first, kShown); ++i) {
      if (numbers.contains(i)) continue;
      list += list.empty() ? "" : ", ";
      list += std::to_string(i + 1);
    }
    out.push_back({"shard", "parts " + list + " of " + std::to_string(key.first),
                   "The GGUF files say that they are parts."});
  }
}

bool is_text_model(const Inventory& inventory) {
  return std::ranges::any_of(inventory.tensors, [](const TensorView& tensor) {
    return tensor.shape.size() == 2 && tensor_kind(tensor.name) == TensorKind::kEmbedding;
  });
}

bool has_tokenizer(const Inventory& inventory) {
  constexpr std::string_view kWhole[] = {"tokenizer.json", "tokenizer.model", "spiece.model",
                                         "vocab.txt", "sentencepiece.bpe.model"};
  for (const std::string_view name : kWhole) {
    if (has_file_named(inventory, name)) return true;
  }
  return has_file_named(inventory, "vocab.json") && has_file_named(inventory, "merges.txt");
}

void find_configuration(const Inventory& inventory, std::vector<Missing>& out) {
  if (adapter_of(inventory.tensors)) {
    const bool needs = adapter_of(inventory.tensors)->dialect == "peft";
    if (needs && !has_file_named(inventory, "adapter_config.json")) {
      out.push_back({"config", "adapter_config.json", "It holds the adapter's rank and scale."});
    }
    return;
  }
  // In a diffusion model's file the text encoder is one of several parts.
  const bool is_pipeline = inventory.metadata.pipeline != nullptr;
  if (!is_text_model(inventory) || diffusion_of(inventory.tensors, is_pipeline)) return;
  const bool is_gguf = inventory.metadata.gguf != nullptr;
  if (!is_gguf && inventory.metadata.config == nullptr) {
    out.push_back({"config", "config.json", "It says how the tensors are put together."});
  }
  if (is_gguf ? !inventory.has_gguf_vocabulary : !has_tokenizer(inventory)) {
    out.push_back({"tokenizer", is_gguf ? "tokenizer.ggml.tokens" : "tokenizer.json",
                   "The model has embeddings of tokens, and nothing says which these are."});
  }
}

// model_index.json names each component as [library, class]; flattened, an array of two strings.
void find_components(const Inventory& inventory, std::vector<Missing>& out) {
  if (inventory.metadata.pipeline == nullptr) return;
  for (const format::MetadataEntry& entry : inventory.metadata.pipeline->entries()) {
    const auto* pair = std::get_if<format::MetadataArray>(&entry.value);
    if (pair == nullptr || pair->size() != 2 || !pair->as_string(0) || entry.key.starts_with('_')) {
      continue;
    }
    const std::string directory = entry.key + "/";
    const auto first = std::ranges::lower_bound(inventory.paths, std::string_view(directory));
    if (first == inventory.paths.end() || !first->starts_with(directory)) {
      out.push_back({"component", directory, "It is named by \"model_index.json\"."});
    } else if (has_file(inventory, directory + "config.json") &&
               std::ranges::none_of(inventory.tensors, [&](const TensorView& tensor) {
                 return tensor.path.starts_with(directory);
               })) {
      // Schedulers and tokenizers have configurations of other names, and no weights.
      out.push_back({"weights", directory, "It has a configuration, and no tensors."});
    }
  }
}

}  // namespace

std::vector<Missing> missing_files(const Inventory& inventory) {
  std::vector<Missing> out;
  find_numbered_shards(inventory, out);
  find_indexed_shards(inventory, out);
  find_parts(inventory, out);
  find_configuration(inventory, out);
  find_components(inventory, out);
  return out;
}

}  // namespace hartonomous::core::facts
