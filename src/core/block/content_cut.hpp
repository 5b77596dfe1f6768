// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Where bytes without a known structure are cut into blocks: at places that their content chooses,
// so that two files which differ by an insertion have the same blocks before and soon after it.
// The rule is that of normalized content-defined chunking (Xia et al., "FastCDC", USENIX ATC 2016)
// over a Gear hash: a byte's turn is h = 2h + G(byte), and a block ends behind the first byte that
// leaves the top bits of h zero; of them more are asked for below the normal length than above it.
#pragma once

#include "core/base/cursor.hpp"
#include "core/block/split.hpp"

namespace hartonomous::core::block {

inline constexpr std::size_t kMinContentBlock = 32 << 10;      // shorter only at the end
inline constexpr std::size_t kNormalContentBlock = 128 << 10;  // from where a cut is made easier

// The length of the block that begins `bytes`: at most kMaxBlock. REQUIRES: `bytes` holds
// everything that is left, or at least kMaxBlock of it; it is not empty. O(length).
std::size_t content_cut(Bytes bytes) noexcept;

}  // namespace hartonomous::core::block
