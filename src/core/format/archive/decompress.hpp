// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Compressed streams, expanded through a window of 64 KiB. How much comes out is for the sink to
// bound: a stream says nothing that can be believed about its length.
#pragma once

#include "core/base/byte_sink.hpp"
#include "core/base/byte_source.hpp"
#include "core/base/checkpoint.hpp"
#include "core/format/parse.hpp"

namespace hartonomous::core::format::archive {

// Expands all of `source` into `sink`. REQUIRES: a container that compresses. Several streams after
// each other are one, as gzip -d, bzip2 -d, xz -d and zstd -d have it; anything else after a stream
// is kMalformed, as is one that is damaged or cut (checksums are checked). A stream whose decoder
// would need more than 128 MiB (a window or dictionary that only asked-for settings make) is
// kLimitExceeded. The sink's refusals are passed on.
Status decompress(ByteSource& source, Container container, ByteSink& sink, Checkpoint& checkpoint);

}  // namespace hartonomous::core::format::archive
