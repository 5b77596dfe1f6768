// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/hdf5/reader.hpp"

#include <algorithm>

#include "core/format/hdf5/attributes.hpp"
#include "core/format/hdf5/dataset.hpp"
#include "core/format/hdf5/group.hpp"

namespace hartonomous::core::format::hdf5 {

namespace {

constexpr unsigned kMostDepth = 32;  // of groups in groups
constexpr std::size_t kMaxWarnings = 20;

class Reader {
 public:
  Reader(ByteSource& source, const Limits& limits, Checkpoint& checkpoint)
      : file_(source, limits, checkpoint), limits_(limits) {}

  Result<FileLayout> read() {
    HARTONOMOUS_CHECK(file_.open());
    HARTONOMOUS_CHECK(read_object(file_.root(), "", 0));
    if (warnings_ > kMaxWarnings) {
      layout_.warnings.push_back(std::string("There are ") +
                                 std::to_string(warnings_ - kMaxWarnings) + " more such objects.");
    }
    // A dataset may have its data where another has: written so by hand, and no harm.
    mark_shared(layout_.tensors);
    return std::move(layout_);
  }

 private:
  // Calls itself for the members of a group, at most kMostDepth deep.
  Status read_object(std::uint64_t address, const std::string& path, unsigned depth) {
    file_.checkpoint().reached(0);
    HARTONOMOUS_TRY(const bool is_new, file_.visit(address));
    if (!is_new) {
      warn(path, "is another name of an object that is listed already");
      return Status::ok();
    }
    HARTONOMOUS_TRY(const ObjectHeader header, read_object_header(file_, address));
    if (depth == 0) HARTONOMOUS_CHECK(read_attributes(file_, header, layout_.metadata));
    if (!is_group(header)) return read_dataset(header, path);
    if (depth == kMostDepth) {
      return {Code::kLimitExceeded, std::string("HDF5 groups nest deeper than ") +
                                        std::to_string(kMostDepth) + " levels"};
    }
    HARTONOMOUS_TRY(const Members members, read_members(file_, header));
    if (members.is_partial) warn(path, "has its links in a form that is not read");
    if (members.soft_links > 0) warn(path, "has soft links, which are not followed");
    for (const Member& member : members.members) {
      const std::string below = path.empty() ? member.name : path + "/" + member.name;
      if (below.size() > limits_.max_name_bytes) {
        return {Code::kLimitExceeded, std::string("name of a tensor is longer than ") +
                                          std::to_string(limits_.max_name_bytes) + " bytes"};
      }
      HARTONOMOUS_CHECK(read_object(member.address, below, depth + 1));
    }
    return Status::ok();
  }

  Status read_dataset(const ObjectHeader& header, const std::string& path) {
    const Message* const type = header.find(MessageType::kDatatype);
    const Message* const space = header.find(MessageType::kDataspace);
    if (type == nullptr || space == nullptr) return Status::ok();  // a named type
    if (type->is_shared || space->is_shared) {
      warn(path, "is of a type that is kept elsewhere");
      return Status::ok();
    }
    HARTONOMOUS_TRY(const ElementKind kind, read_datatype(file_, type->body));
    HARTONOMOUS_TRY(Dataspace dataspace, read_dataspace(file_, space->body));
    const auto length = kind.dtype ? tensor::byte_length(*kind.dtype, dataspace.shape)
                                   : std::optional<std::uint64_t>(0);
    if (!length) return broken("dataset, whose size cannot be counted");
    HARTONOMOUS_TRY(const Storage storage, find_storage(file_, header, dataspace.shape, kind.bytes,
                                                        kind.dtype ? *length : 0));
    if (!kind.dtype || dataspace.is_null) {
      warn(path, "holds no numbers");
      return Status::ok();
    }
    return add(path, kind, std::move(dataspace.shape), *length, storage);
  }

  Status add(const std::string& path, const ElementKind& kind, std::vector<std::uint64_t> shape,
             std::uint64_t length, const Storage& storage) {
    if (layout_.tensors.size() == limits_.max_tensors) {
      return {Code::kLimitExceeded, std::string("file has more than ") +
                                        std::to_string(limits_.max_tensors) + " tensors"};
    }
    HARTONOMOUS_CHECK(file_.budget().charge(sizeof(TensorEntry) + path.size() +
                                            shape.size() * sizeof(std::uint64_t)));
    TensorEntry tensor{path, *kind.dtype, std::move(shape), storage.offset, length};
    const bool is_turned = kind.is_big_endian && kind.bytes > 1;
    const bool is_plain = storage.kind == Storage::Kind::kRange && !is_turned;
    if (length > 0 && !is_plain) tensor.placement = Placement::kEncoded;
    if (length > 0 && storage.kind == Storage::Kind::kAbsent) warn(path, "was never written");
    layout_.tensors.push_back(std::move(tensor));
    return Status::ok();
  }

  void warn(const std::string& path, const char* what) {
    if (++warnings_ > kMaxWarnings) return;
    layout_.warnings.push_back((path.empty() ? "The root" : "Object " + quoted(path)) + " " + what +
                               ".");
  }

  File file_;
  const Limits& limits_;
  std::size_t warnings_ = 0;
  FileLayout layout_{Format::kHdf5, {}, {}, {}};
};

}  // namespace

Result<FileLayout> read(ByteSource& source, const Limits& limits, Checkpoint& checkpoint) {
  return Reader(source, limits, checkpoint).read();
}

}  // namespace hartonomous::core::format::hdf5
