// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <algorithm>
#include <optional>
#include <string>

#include "core/format/pytorch/reader.hpp"
#include "core/format/pytorch/tensor_list.hpp"
#include "core/format/pytorch/unpickler.hpp"
#include "core/format/sorted_order.hpp"

namespace hartonomous::core::format::pytorch {

namespace {

constexpr std::string_view kPickle = "data.pkl";
constexpr std::uint64_t kLatestVersion = 5;

Status malformed(std::string message) { return {Code::kMalformed, std::move(message)}; }

// "archive/" of "archive/data/0", or empty.
std::string_view folder_of(std::string_view name) {
  const std::size_t slash = name.find('/');
  return slash == name.npos ? std::string_view{} : name.substr(0, slash + 1);
}

// The archive's entries by name, and its storages by key.
class Archive final : public StorageMap {
 public:
  Archive(const std::vector<zip::Entry>& entries, Checkpoint& checkpoint)
      : entries_(entries),
        folder_(folder_of(entries.front().name)),
        order_(sorted_order(entries.size(), checkpoint,
                            [&](std::uint32_t i) -> std::string_view { return entries[i].name; })) {
  }

  const zip::Entry* find(std::string_view name) const {
    const std::string full = std::string(folder_).append(name);
    const auto at = std::ranges::lower_bound(order_, std::string_view(full), {},
                                             [&](std::uint32_t i) -> std::string_view {
                                               return entries_[i].name;
                                             });
    return at != order_.end() && entries_[*at].name == full ? &entries_[*at] : nullptr;
  }

  // One folder holds everything.
  Status check_folder() const {
    for (const zip::Entry& entry : entries_) {
      if (!entry.name.starts_with(folder_)) {
        return malformed("entry " + quoted(entry.name) + " is not in the archive's folder " +
                         quoted(folder_));
      }
    }
    return Status::ok();
  }

  void set_swapped(bool is_swapped) { is_swapped_ = is_swapped; }

  Result<StoragePlace> place(const Storage& storage) override {
    const zip::Entry* entry = find("data/" + std::string(storage.key));
    if (entry == nullptr) {
      return malformed("storage " + quoted(storage.key) + " is not in the archive");
    }
    if (entry->expanded_bytes != storage.bytes) {
      return malformed("storage " + quoted(storage.key) + " should have " +
                       std::to_string(storage.bytes) + " bytes and has " +
                       std::to_string(entry->expanded_bytes));
    }
    return StoragePlace{entry->data_offset, entry->method == zip::Method::kStored, is_swapped_};
  }

 private:
  const std::vector<zip::Entry>& entries_;
  std::string_view folder_;
  std::vector<std::uint32_t> order_;
  bool is_swapped_ = false;
};

class Reader {
 public:
  Reader(ByteSource& source, const Limits& limits, Checkpoint& checkpoint)
      : source_(source), limits_(limits), checkpoint_(checkpoint),
        budget_(limits.max_memory_bytes) {}

  Result<FileLayout> read() {
    HARTONOMOUS_TRY(const std::vector<zip::Entry> entries,
                    zip::read_directory(source_, limits_, budget_, checkpoint_));
    if (!is_archive(entries)) return malformed("ZIP archive is none of PyTorch's");
    Archive archive(entries, checkpoint_);
    HARTONOMOUS_CHECK(archive.check_folder());
    HARTONOMOUS_CHECK(check_version(archive));
    HARTONOMOUS_TRY(const bool is_swapped, read_byte_order(archive));
    archive.set_swapped(is_swapped);
    FileLayout layout{Format::kPytorch, {}, {}, {}};
    const bool is_program = archive.find("constants.pkl") != nullptr;
    layout.metadata.append("kind", std::string(is_program ? "torchscript" : "archive"));
    layout.metadata.append("byte_order", std::string(is_swapped ? "big" : "little"));
    HARTONOMOUS_CHECK(read_pickle(*archive.find(kPickle), archive, layout));
    return layout;
  }

 private:
  // A small text entry without its line end; empty if there is none.
  Result<std::string> read_text(const Archive& archive, std::string_view name) {
    const zip::Entry* entry = archive.find(name);
    if (entry == nullptr) return std::string();
    if (entry->expanded_bytes > 32) return malformed("entry " + quoted(name) + " is too long");
    HARTONOMOUS_TRY(std::string text,
                    zip::read_entry(source_, *entry, limits_, budget_, checkpoint_));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return text;
  }

  Status check_version(const Archive& archive) {
    HARTONOMOUS_TRY(const std::string text, read_text(archive, "version"));
    if (text.empty()) return malformed("PyTorch archive lacks its version");
    if (text.size() > 4 || text.find_first_not_of("0123456789") != text.npos) {
      return malformed("PyTorch archive has the malformed version " + quoted(text));
    }
    const std::uint64_t version = std::stoul(text);
    if (version >= 1 && version <= kLatestVersion) return Status::ok();
    return {Code::kUnsupported, "PyTorch archives of version " + text + " are not supported"};
  }

  Result<bool> read_byte_order(const Archive& archive) {
    HARTONOMOUS_TRY(const std::string order, read_text(archive, "byteorder"));
    if (order.empty() || order == "little") return false;
    if (order == "big") return true;
    return malformed("PyTorch archive has the unknown byte order " + quoted(order));
  }

  Status read_pickle(const zip::Entry& entry, Archive& archive, FileLayout& layout) {
    HARTONOMOUS_TRY(const std::string text,
                    zip::read_entry(source_, entry, limits_, budget_, checkpoint_));
    MemorySource source(as_bytes(text));
    HeaderReader in(source, checkpoint_);
    Values values(budget_);
    HARTONOMOUS_TRY(const ValueId root, unpickle(in, limits_, budget_, values));
    if (in.remaining() > 0) return malformed("pickle of the archive has bytes after its end");
    return list_tensors(values, root, archive, limits_, budget_, checkpoint_, layout);
  }

  ByteSource& source_;
  const Limits& limits_;
  Checkpoint& checkpoint_;
  ParseBudget budget_;
};

}  // namespace

bool is_archive(const std::vector<zip::Entry>& entries) noexcept {
  if (entries.empty()) return false;
  const std::string_view folder = folder_of(entries.front().name);
  return !folder.empty() && std::ranges::any_of(entries, [&](const zip::Entry& entry) {
    return entry.name.size() == folder.size() + kPickle.size() &&
           entry.name.starts_with(folder) && entry.name.ends_with(kPickle);
  });
}

Result<FileLayout> read_archive(ByteSource& source, const Limits& limits, Checkpoint& checkpoint) {
  return Reader(source, limits, checkpoint).read();
}

}  // namespace hartonomous::core::format::pytorch
