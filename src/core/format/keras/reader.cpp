// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/keras/reader.hpp"

#include <algorithm>

#include "core/format/hdf5/reader.hpp"

namespace hartonomous::core::format::keras {

namespace {

constexpr std::string_view kWeights = "model.weights.h5";
constexpr std::string_view kConfig = "config.json";

// A stretch of another source.
class Window final : public ByteSource {
 public:
  Window(ByteSource& source, std::uint64_t offset, std::uint64_t size) noexcept
      : source_(source), offset_(offset), size_(size) {}
  std::uint64_t size() const noexcept override { return size_; }
  Status read(std::uint64_t offset, std::span<std::byte> out) override {
    return source_.read(offset_ + offset, out);
  }

 private:
  ByteSource& source_;
  std::uint64_t offset_, size_;
};

const zip::Entry* find(const std::vector<zip::Entry>& entries, std::string_view name) noexcept {
  const auto found = std::ranges::find(entries, name, &zip::Entry::name);
  return found == entries.end() ? nullptr : &*found;
}

}  // namespace

bool is_archive(const std::vector<zip::Entry>& entries) noexcept {
  return find(entries, kWeights) != nullptr && find(entries, kConfig) != nullptr;
}

Result<FileLayout> read(ByteSource& source, const Limits& limits, Checkpoint& checkpoint) {
  ParseBudget budget(limits.max_memory_bytes);
  HARTONOMOUS_TRY(const std::vector<zip::Entry> entries,
                  zip::read_directory(source, limits, budget, checkpoint));
  const zip::Entry* const weights = find(entries, kWeights);
  if (weights == nullptr) return Status(Code::kMalformed, "Keras archive has no weights");
  FileLayout layout{Format::kKeras, {}, {}, {}};
  if (weights->method != zip::Method::kStored) {
    layout.warnings.push_back("Its weights are compressed, and kept as they are.");
    return layout;
  }
  Window window(source, weights->data_offset, weights->stored_bytes);
  HARTONOMOUS_TRY(layout, hdf5::read(window, limits, checkpoint));
  layout.format = Format::kKeras;
  for (TensorEntry& tensor : layout.tensors) tensor.offset += weights->data_offset;
  return layout;
}

}  // namespace hartonomous::core::format::keras
