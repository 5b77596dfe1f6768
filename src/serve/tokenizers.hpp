// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The tokenizers of stored models that this session has used. A version never changes, so what is
// kept stays true; at most four are, those used last.
#pragma once

#include <memory>
#include <string_view>

#include "core/tokenizer/open_tokenizer.hpp"
#include "store/model_catalog.hpp"

namespace hartonomous::serve {

// The tokenizer of a version whose files have been read. Errors of core's open_tokenizer().
// REQUIRES: the caller was seen to see the version.
core::Result<std::shared_ptr<core::tokenizer::Tokenizer>> tokenizer_of(
    const store::VersionKey& version, const core::tokenizer::TokenizerFiles& files);

// The tokenizer of the version that `model` (name, name@ref or name@version_id) means to the caller
// now; of its files only those that it needs are read. Throws kNotFound without one, and errors of
// core's open_tokenizer(). REQUIRES: called as the caller.
std::shared_ptr<core::tokenizer::Tokenizer> open_tokenizer(std::string_view model);

}  // namespace hartonomous::serve
