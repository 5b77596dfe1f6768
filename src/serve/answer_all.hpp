// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Answers to many prompts, some at a time: a step of all of them reads the weights once.
#pragma once

#include "serve/request_log.hpp"

namespace hartonomous::serve {

// A model's answers to `prompts`, in their order, each what it would be alone. An answer that ends
// makes room for the next prompt; as many are under way as a session's memory has room for at the
// lengths that they may reach, at least one and at most 32. `name` is what the caller wrote. Throws
// as Answer.
std::vector<std::string> answer_all(const std::shared_ptr<OpenModel>& model,
                                    std::span<const std::string_view> prompts,
                                    const AnswerOptions& options, std::string_view name);

}  // namespace hartonomous::serve
