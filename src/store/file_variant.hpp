// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A file that is another one but for the bytes of some of its tensors. It shares the parts of that
// file and says only which differ.
#pragma once

#include "store/model_catalog.hpp"

namespace hartonomous::store {

struct TensorReplacement {
  std::string name;
  std::int64_t from, to;  // tensor_ids, of the same dtype and shape
};

// Returns the file_id; the one that is stored already, if it is the same. Reads the list of the
// file's parts, writes the rows of those replaced. kUnsupported for formats whose files hold
// checksums of their tensors. REQUIRES: owner's rights; that the version is held and has the file.
std::int64_t replace_in_file(const VersionKey& version, const FileKey& file,
                             std::span<const TensorReplacement> replacements);

// Where in its file a tensor of the version begins, in bytes. Errors and REQUIRES: as above.
std::uint64_t offset_in_file(const VersionKey& version, const FileKey& file, std::string_view name,
                             std::int64_t tensor_id);

}  // namespace hartonomous::store
