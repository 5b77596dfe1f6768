// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/safetensors/shard_index.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/format/header_reader.hpp"
#include "core/format/json_reader.hpp"
#include "core/format/parse_budget.hpp"
#include "core/format/sorted_order.hpp"

namespace hartonomous::core::format::safetensors {

namespace {

constexpr std::size_t kMaxFileName = 255;

bool is_single_component(std::string_view name) noexcept {
  if (name.empty() || name == "." || name == ".." || name.size() > kMaxFileName) return false;
  return std::ranges::none_of(name, [](char c) {
    return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

class IndexParser {
 public:
  IndexParser(std::string_view text, const Limits& limits, ParseBudget& budget,
              Checkpoint& checkpoint)
      : json_(text, "shard index", 0, checkpoint),
        limits_(limits),
        budget_(budget),
        checkpoint_(checkpoint) {}

  Result<ShardIndex> parse() {
    bool has_metadata = false, has_map = false;
    std::string key;
    HARTONOMOUS_CHECK(json_.begin_object());
    for (;;) {
      HARTONOMOUS_TRY(const bool more, json_.next_key(key));
      if (!more) break;
      if (key == "metadata" && !std::exchange(has_metadata, true)) {
        HARTONOMOUS_CHECK(read_metadata());
      } else if (key == "weight_map" && !std::exchange(has_map, true)) {
        HARTONOMOUS_CHECK(read_weight_map());
      } else {
        return json_.error("unexpected or repeated key " + quoted(key));
      }
    }
    if (!has_map) return json_.error("\"weight_map\" is missing");
    HARTONOMOUS_CHECK(json_.finish());
    if (const auto twice =
            first_duplicate(index_.weight_map, checkpoint_,
                            [](const ShardIndex::Mapping& mapping) -> std::string_view {
                              return mapping.tensor;
                            })) {
      return Status(Code::kMalformed, "shard index lists tensor " +
                                          quoted(index_.weight_map[*twice].tensor) + " twice");
    }
    number_files();
    return std::move(index_);
  }

 private:
  // Writers put other things beside total_size, and some write it as a float; such values are
  // passed over.
  Status read_metadata() {
    HARTONOMOUS_CHECK(json_.begin_object());
    std::string key;
    for (bool has_total = false;;) {
      HARTONOMOUS_TRY(const bool more, json_.next_key(key));
      if (!more) return Status::ok();
      if (key == "total_size") {
        if (std::exchange(has_total, true)) return json_.error("total_size occurs twice");
        JsonReader ahead = json_;
        if (const auto total = ahead.read_uint64(); total.is_ok())
          index_.total_size = total.value();
      }
      HARTONOMOUS_CHECK(json_.skip_value());
    }
  }

  Status read_weight_map() {
    HARTONOMOUS_CHECK(json_.begin_object());
    std::string tensor, file;
    for (;;) {
      HARTONOMOUS_TRY(const bool more, json_.next_key(tensor));
      if (!more) return Status::ok();
      HARTONOMOUS_CHECK(json_.read_string(file));
      if (!is_single_component(file)) {
        return Status(Code::kMalformed, "shard index names the file " + quoted(file))
            .with_detail("A shard is a plain file name without directories.");
      }
      if (index_.weight_map.size() == limits_.max_tensors) {
        return {Code::kLimitExceeded,
                "shard index lists more than " + std::to_string(limits_.max_tensors) + " tensors"};
      }
      HARTONOMOUS_CHECK(budget_.charge(sizeof(ShardIndex::Mapping) + tensor.size()));
      const auto [known, added] = files_.try_emplace(file, files_.size());
      if (added) HARTONOMOUS_CHECK(budget_.charge(2 * (sizeof *known + file.size())));
      index_.weight_map.push_back({tensor, known->second});
    }
  }

  // Files were numbered as they came; the result numbers them in order of name.
  void number_files() {
    std::vector<std::size_t> final_number(files_.size());
    for (const auto& [file, number] : files_) {
      final_number[number] = index_.files.size();
      index_.files.push_back(file);
    }
    for (ShardIndex::Mapping& mapping : index_.weight_map) {
      mapping.file = final_number[mapping.file];
    }
  }

  JsonReader json_;
  const Limits& limits_;
  ParseBudget& budget_;
  Checkpoint& checkpoint_;
  std::map<std::string, std::size_t> files_;
  ShardIndex index_;
};

}  // namespace

Result<ShardIndex> read_shard_index(ByteSource& source, const Limits& limits,
                                    Checkpoint& checkpoint) {
  if (source.size() > limits.max_header_bytes) {
    return Status(Code::kLimitExceeded, "shard index of " + std::to_string(source.size()) +
                                            " bytes exceeds the limit of " +
                                            std::to_string(limits.max_header_bytes));
  }
  ParseBudget budget(limits.max_memory_bytes);
  HARTONOMOUS_CHECK(budget.charge(source.size()));
  HeaderReader in(source, checkpoint);
  std::string text;
  if (!in.read(text, source.size())) return in.failure("the shard index");
  return IndexParser(text, limits, budget, checkpoint).parse();
}

}  // namespace hartonomous::core::format::safetensors
