// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/external.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace hartonomous::core::format {

namespace {

// The path that a tensor of the file at `path` is found by: beside it, and of TensorFlow with the
// stem of its name.
std::string path_of(const NamedLayout& file, const TensorEntry& tensor) {
  const std::string_view path = file.path;
  if (file.layout.format == Format::kTensorflow) {
    return std::string(path.substr(0, path.rfind('.'))) + "." + tensor.file;
  }
  return std::string(path.substr(0, path.rfind('/') + 1)) + tensor.file;
}

Status check_range(const TensorEntry& tensor, const NamedLayout& holder) {
  if (tensor.offset <= holder.size && tensor.byte_length <= holder.size - tensor.offset) {
    return Status::ok();
  }
  return Status(Code::kMalformed, "tensor " + quoted(tensor.name) + " is not within its file")
      .with_detail(std::string("It has ") + std::to_string(tensor.byte_length) +
                   " bytes at offset " + std::to_string(tensor.offset) + " of " +
                   quoted(holder.path) + ", which has " + std::to_string(holder.size) + ".");
}

class Placer {
 public:
  explicit Placer(std::vector<NamedLayout>& files) : files_(files) {
    for (std::size_t i = 0; i < files.size(); ++i) by_path_.emplace(files[i].path, i);
  }

  Status place() {
    for (NamedLayout& file : files_) HARTONOMOUS_CHECK(place_from(file));
    for (const std::size_t i : holders_) mark_shared(files_[i].layout.tensors);
    return Status::ok();
  }

 private:
  Status place_from(NamedLayout& file) {
    std::set<std::string> absent;
    std::vector<TensorEntry> staying;
    for (TensorEntry& tensor : std::exchange(file.layout.tensors, {})) {
      NamedLayout* const holder =
          tensor.placement == Placement::kExternal ? holder_of(file, tensor, absent) : nullptr;
      if (holder == nullptr) {
        staying.push_back(std::move(tensor));
        continue;
      }
      HARTONOMOUS_CHECK(check_range(tensor, *holder));
      tensor.placement = Placement::kInPlace;
      tensor.file.clear();
      holder->layout.tensors.push_back(std::move(tensor));
    }
    file.layout.tensors = std::move(staying);
    for (const std::string& path : absent) {
      file.layout.warnings.push_back("It has tensors in " + quoted(path) +
                                     ", which is not among the files.");
    }
    return Status::ok();
  }

  NamedLayout* holder_of(const NamedLayout& file, const TensorEntry& tensor,
                         std::set<std::string>& absent) {
    std::string path = path_of(file, tensor);
    const auto found = by_path_.find(path);
    if (found == by_path_.end()) {
      absent.insert(std::move(path));
      return nullptr;
    }
    if (files_[found->second].layout.format != Format::kOpaque) return nullptr;
    holders_.insert(found->second);
    return &files_[found->second];
  }

  std::vector<NamedLayout>& files_;
  std::map<std::string_view, std::size_t, std::less<>> by_path_;
  std::set<std::size_t> holders_;
};

}  // namespace

Status place_external(std::vector<NamedLayout>& files) { return Placer(files).place(); }

}  // namespace hartonomous::core::format
