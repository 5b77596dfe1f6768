// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The texts among an object's attributes: what Keras says of its model there.
#pragma once

#include "core/format/hdf5/object_header.hpp"
#include "core/format/metadata.hpp"

namespace hartonomous::core::format::hdf5 {

// Adds single texts, of fixed or variable length, under the attribute's name; other attributes, and
// texts that are not UTF-8 without NUL, are passed over. kMalformed for messages that are cut.
Status read_attributes(File& file, const ObjectHeader& header, Metadata& out);

}  // namespace hartonomous::core::format::hdf5
