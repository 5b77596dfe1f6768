// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/layer_stack.hpp"

#include <algorithm>
#include <set>

#include "core/format/metadata.hpp"
#include "core/run/config_file.hpp"
#include "core/tokenizer/vocabulary_file.hpp"
#include "pg/identity.hpp"
#include "pg/progress.hpp"
#include "pg/session.hpp"
#include "pg/settings.hpp"
#include "store/content_store.hpp"
#include "store/format_limits.hpp"
#include "store/merge_guard.hpp"
#include "store/model_refs.hpp"
#include "store/stored_head.hpp"
#include "store/tenant.hpp"
#include "store/version_record.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using core::merge::layer_of;
using core::merge::LayerSlice;

constexpr std::string_view kConfig = "config.json";
constexpr std::string_view kWeights = "model.safetensors";

struct Donor {
  VersionKey version;
  std::vector<FileKey> files;
  std::map<std::string, NamedTensor> tensors;
};

using StackedTensors = std::map<std::string, TensorKey>;

void require_stored(const std::string& name, const TensorKey& tensor) {
  if (tensor.steps.empty()) return;
  pg::raise(Status(Code::kUnsupported, "tensor " + core::quoted(name) + " is an expression")
                .with_hint("Make it stored with hartonomous.materialize()."));
}

void require_like_others(const std::string& name, const NamedTensor& tensor,
                         std::map<std::string, TensorKey>& by_role, const std::string& role) {
  const auto [first, is_new] = by_role.emplace(role, tensor.key);
  if (is_new || first->second.shape == tensor.key.shape) return;
  pg::raise({Code::kInvalidArgument,
             "tensor " + core::quoted(name) + " has another shape than in other layers"});
}

StackedTensors stacked(const Donor& base, std::span<const LayerSlice> slices,
                       std::map<std::string, Donor>& donors) {
  StackedTensors all;
  for (const auto& [name, tensor] : base.tensors) {
    if (!layer_of(name)) all.emplace(name, tensor.key);
  }
  std::map<std::string, TensorKey> by_role;
  std::uint64_t placed = 0;
  for (const LayerSlice& slice : slices) {
    std::set<std::uint64_t> seen;
    for (const auto& [name, tensor] : donors.at(slice.model).tensors) {
      const auto layer = layer_of(name);
      if (!layer || layer->number < slice.from || layer->number >= slice.to) continue;
      require_like_others(name, tensor, by_role, layer->before + layer->after);
      seen.insert(layer->number);
      all.emplace(
          layer->before + std::to_string(placed + layer->number - slice.from) + layer->after,
          tensor.key);
    }
    if (seen.size() != slice.to - slice.from) {
      pg::raise({Code::kInvalidArgument,
                 "model " + core::quoted(slice.model) + " does not have all layers from " +
                     std::to_string(slice.from) + " to " + std::to_string(slice.to - 1)});
    }
    placed += slice.to - slice.from;
  }
  for (const auto& [name, tensor] : all) require_stored(name, tensor);
  return all;
}

// A safetensors file of tensors that are stored.
class StackedFile final : public core::ByteSource {
 public:
  explicit StackedFile(const StackedTensors& tensors) {
    std::vector<const StackedTensors::value_type*> order;
    for (const auto& tensor : tensors) order.push_back(&tensor);
    // The widest types first, so that all are aligned.
    std::ranges::stable_sort(order, std::greater<>(), [](const auto* tensor) {
      return core::tensor::info(tensor->second.dtype).block_bytes;
    });
    std::string header = R"({"__metadata__":{"format":"pt"})";
    std::uint64_t end = 0;
    for (const auto* tensor : order) {
      append_entry(header, tensor->first, tensor->second, end);
      end += tensor->second.byte_length;
    }
    header += '}';
    header.append((8 - header.size() % 8) % 8, ' ');
    for (unsigned i = 0; i < 8; ++i) {
      header_.push_back(static_cast<char>(header.size() >> (8 * i) & 0xff));
    }
    header_ += header;
    const auto blocks = std::make_shared<BlockReader>();
    size_ = header_.size();
    for (const auto* tensor : order) {
      if (tensor->second.byte_length == 0) continue;
      parts_.push_back({size_, RangeReader(blocks_of_tensor(tensor->second.tensor_id), blocks)});
      size_ += tensor->second.byte_length;
    }
  }

  std::uint64_t size() const noexcept override { return size_; }

  Status read(std::uint64_t offset, std::span<std::byte> out) override {
    if (offset > size_ || out.size() > size_ - offset) {
      return {Code::kMalformed, "read past the end of a file"};
    }
    while (!out.empty()) {
      const std::size_t count = read_some(offset, out);
      out = out.subspan(count);
      offset += count;
    }
    return Status::ok();
  }

 private:
  struct Part {
    std::uint64_t offset;
    RangeReader reader;
  };

  static void append_entry(std::string& header, const std::string& name, const TensorKey& tensor,
                           std::uint64_t begin) {
    header += ',';
    core::format::append_json_string(header, name);
    header += ":{\"dtype\":\"";
    header += core::tensor::info(tensor.dtype).name;
    header += "\",\"shape\":[";
    for (const std::uint64_t n : tensor.shape) {
      if (header.back() != '[') header += ',';
      header += std::to_string(n);
    }
    header += "],\"data_offsets\":[" + std::to_string(begin) + ',' +
              std::to_string(begin + tensor.byte_length) + "]}";
  }

  // From what lies at the offset, as much of it as there is.
  std::size_t read_some(std::uint64_t offset, std::span<std::byte> out) {
    if (offset < header_.size()) {
      const std::size_t count = std::min<std::size_t>(out.size(), header_.size() - offset);
      std::ranges::copy(core::as_bytes(std::string_view(header_).substr(offset, count)),
                        out.begin());
      return count;
    }
    const auto after = std::ranges::upper_bound(parts_, offset, {}, &Part::offset);
    Part& part = *std::prev(after);
    const std::uint64_t end = after == parts_.end() ? size_ : after->offset;
    const std::size_t count = std::min<std::size_t>(out.size(), end - offset);
    part.reader.read(offset - part.offset, out.first(count));
    return count;
  }

  std::string header_;
  std::uint64_t size_ = 0;
  std::vector<Part> parts_;
};

const FileKey& file_named(std::span<const FileKey> files, std::string_view path) {
  const auto found = std::ranges::find(files, path, &FileKey::path);
  if (found != files.end()) return *found;
  pg::raise(Status(Code::kUnsupported, "base has no " + std::string(path))
                .with_detail("Layers are stacked in models as Hugging Face keeps them."));
}

// The configuration with another number of layers.
std::string recounted(const FileKey& config, std::uint64_t layers) {
  constexpr std::string_view kKeys[] = {"\"num_hidden_layers\"", "\"n_layer\"", "\"num_layers\""};
  pg::PollCheckpoint checkpoint;
  StoredHead head(config);
  std::string json =
      pg::check(core::tokenizer::read_all(head, core::run::kMaxConfigBytes, checkpoint));
  for (const std::string_view key : kKeys) {
    const std::size_t at = json.find(key);
    if (at == json.npos || json.find("\"layer_types\"") != json.npos) continue;
    const std::size_t first = json.find_first_of("0123456789", at + key.size());
    const std::size_t end = json.find_first_not_of("0123456789", first);
    if (first == json.npos || end == json.npos) continue;
    return json.replace(first, end - first, std::to_string(layers));
  }
  pg::raise(Status(Code::kUnsupported, "configuration does not count layers in one place"));
}

std::uint64_t bytes_of(const StackedTensors& tensors) {
  std::uint64_t bytes = 0;
  for (const auto& [name, tensor] : tensors) bytes += tensor.byte_length;
  return bytes;
}

// The new files and tensors; what else of the base held tensors goes.
ManifestEntries entries_of(const Donor& base, std::span<const UploadFile> uploads,
                           core::Checkpoint& progress) {
  const std::vector<PlannedFile> planned =
      pg::check(plan_files(uploads, format_limits(), progress));
  const std::int64_t parents[] = {base.version.version_id};
  const StoredContent content = store_content(
      planned, {static_cast<Compression>(pg::settings.compression), parents}, progress);
  ManifestEntries entries;
  std::set<std::string_view> paths, names;
  for (std::size_t i = 0; i < planned.size(); ++i) {
    paths.insert(planned[i].upload->path);
    entries.files.push_back({planned[i].upload->path, content.files[i]});
    for (const PlannedTensor& tensor : planned[i].tensors) {
      names.insert(tensor.name);
      entries.tensors.push_back(
          {tensor.name, content.tensors.at(tensor.hash), planned[i].upload->path});
    }
  }
  for (const auto& [name, tensor] : base.tensors) {
    if (!names.contains(name)) entries.tensors.push_back({name, std::nullopt, ""});
    if (paths.insert(tensor.path).second) entries.files.push_back({tensor.path, std::nullopt});
  }
  for (const FileKey& file : base.files) {
    if (file.path.ends_with(".index.json")) entries.files.push_back({file.path, std::nullopt});
  }
  return entries;
}

Donor donor_of(std::string_view name) {
  const VersionKey version = find_version(name);
  std::vector<FileKey> files = files_of(version);
  const pg::OwnerRights rights;
  return {version, std::move(files), own_tensors_of(version)};
}

// What the stack is made of, checked, with the bytes of its file.
struct Stack {
  Donor base;
  StackedTensors tensors;
  std::string config;
  std::vector<std::int64_t> parents;
};

Stack stack_of(std::span<const LayerSlice> slices, std::string_view base_name) {
  Donor base = donor_of(base_name);
  std::map<std::string, Donor> donors;
  std::vector<std::int64_t> parents{base.version.version_id};
  std::uint64_t layers = 0;
  for (const LayerSlice& slice : slices) {
    layers += slice.to - slice.from;
    if (donors.contains(slice.model)) continue;
    const Donor& donor = donors.emplace(slice.model, donor_of(slice.model)).first->second;
    parents.push_back(donor.version.version_id);
    const pg::OwnerRights rights;
    require_alike({base_name, base.files}, {slice.model, donor.files}, {});
  }
  const pg::OwnerRights rights;
  StackedTensors tensors = stacked(base, slices, donors);
  for (const auto& [name, tensor] : base.tensors) {
    if (file_named(base.files, tensor.path).format == "safetensors") continue;
    pg::raise({Code::kUnsupported, "layers are stacked in safetensors files alone"});
  }
  std::string config = recounted(file_named(base.files, kConfig), layers);
  return {std::move(base), std::move(tensors), std::move(config), std::move(parents)};
}

}  // namespace

std::int64_t stack_layers(const MergeTarget& target, std::string_view parameters,
                          std::string_view base) {
  pg::PollCheckpoint checkpoint;
  auto read = core::merge::read_slices(parameters, checkpoint);
  if (!read.is_ok()) pg::raise({Code::kInvalidArgument, read.status().message()});
  const std::vector<LayerSlice> slices = std::move(read).value();
  const TargetPlace place = target_place(target.model);
  const Stack stack = stack_of(slices, base.empty() ? slices.front().model : base);
  const std::int64_t tenant_id = tenant_of(stack.base.version);
  const std::uint64_t bytes = bytes_of(stack.tensors);
  check_quota(tenant_id, bytes);
  const std::string author = pg::current_user_name();
  pg::JobProgress progress("merge_models", target.model, tenant_id, bytes, 2);
  const pg::OwnerRights rights;
  hold_versions(stack.parents);
  std::vector<UploadFile> uploads;
  uploads.push_back(
      {std::string(kConfig), std::make_unique<core::MemorySource>(core::as_bytes(stack.config))});
  uploads.push_back({std::string(kWeights), std::make_unique<StackedFile>(stack.tensors)});
  const ManifestEntries entries = entries_of(stack.base, uploads, progress);
  return record_made({.place = place,
                      .tenant_id = tenant_id,
                      .frame = stack.base.version,
                      .parents = stack.parents,
                      .bytes = bytes,
                      .message = target.message,
                      .author = author},
                     entries);
}

}  // namespace hartonomous::store
