// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// An archive that is offered for ingest stands for the files in it.
#pragma once

#include "store/ingest_plan.hpp"

namespace hartonomous::store {

// Whether `file` is a ZIP or tar archive, or a compressed file, and not a model format that is kept
// in one (PyTorch, NumPy, Keras). Raises the detection's errors.
bool is_archive(core::ByteSource& file, core::Checkpoint& checkpoint);

// The files in `archive`, by their paths in it. One directory that holds them all is left out of
// them, and so are names that begin with a dot, as when a directory is read. Archives inside are
// expanded in their turn, to max_archive_depth: their files are below the inner archive's path,
// that of an inner compressed file is its name without the ending.
//
// What an archive holds uncompressed is read where it lies; the rest is expanded into a temporary
// file of the server. Nothing is ever created under a name of the archive. Checksums are checked.
// Raises what the readers refuse (22P03, 0A000, 22021), and 54000 for archives that are too deep,
// have too many entries, or expand to more than max_expanded_bytes or max_expansion_ratio times
// their size. Memory: the lists of entries, and 256 KiB.
// REQUIRES: is_archive(); that the rest of the upload's transactions only read it.
std::vector<UploadFile> expand_archive(UploadFile archive, core::Checkpoint& checkpoint);

}  // namespace hartonomous::store
