// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a file says about itself, less its long lists, in an image (core/base/image.hpp): a
// vocabulary is most of a GGUF file's metadata, and what describes the model is some hundred bytes.
#pragma once

#include "core/base/image.hpp"
#include "core/format/metadata.hpp"

namespace hartonomous::core::format {

// Keys in order, without arrays of strings, of arrays, and of more than 4096 elements.
void write_image(const Metadata& metadata, ImageWriter& image);

// Reads what write_image() wrote; the reader fails for anything else.
Metadata read_metadata(ImageReader& image);

}  // namespace hartonomous::core::format
