// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The tokenizers of stored models that this session has used. A version never changes, so what is
// kept stays true; at most four are, those used last.
#pragma once

#include <memory>
#include <string_view>

#include "serve/version_files.hpp"

namespace hartonomous::serve {

// The name in the weights cache of the tokenizer that these files describe: versions with the same
// files share it.
store::ContentHash tokenizer_name(const VersionFiles& files);

// The tokenizer of a version if this session or the cache has it, else null.
std::shared_ptr<core::tokenizer::Tokenizer> kept_tokenizer(const store::VersionKey& version,
                                                           const store::ContentHash& name);

// The tokenizer of a version, made from its files unless it is kept, and then kept. Errors of core's
// open_tokenizer(). REQUIRES: owner's rights; that the caller was seen to see the files.
core::Result<std::shared_ptr<core::tokenizer::Tokenizer>> tokenizer_of(
    const store::VersionKey& version, VersionFiles& files);

// The tokenizer of the version that `model` (name, name@ref or name@version_id) means to the caller
// now. Throws kNotFound without one, and errors of
// core's open_tokenizer(). REQUIRES: called as the caller.
std::shared_ptr<core::tokenizer::Tokenizer> open_tokenizer(std::string_view model);

}  // namespace hartonomous::serve
