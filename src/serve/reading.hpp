// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a model makes of a text that it only reads: how well it foresaw it, and a vector for it.
#pragma once

#include "serve/open_model.hpp"

namespace hartonomous::serve {

// e to the mean, over the text's tokens but the first, of the negative log-probability that the
// model gave each after those before it; nothing for fewer than two tokens. kLimitExceeded if the
// text does not fit the model's context, unless a window is given.
//
// With a window of w tokens the text is read in pieces of w, each from scratch, and the first half
// of a piece is only read, not counted; tokens after the last whole piece are left out, and the
// first token of a piece becomes the one that begins texts, if the model has one. That is how
// llama.cpp's perplexity tool reads a long text. kInvalidArgument for a window below 4.
std::optional<double> perplexity(OpenModel& model, std::string_view content,
                                 std::optional<std::size_t> window);

// The text's vector: the hidden states of its tokens, pooled and normalised as the model says
// (mean for encoders, the last token's for decoders that say nothing); for static embeddings, the
// mean of its tokens' vectors. Throws kInvalidArgument for a text without tokens, kLimitExceeded for
// one longer than the model takes, kOutOfRange for a vector that is not finite, and the model's
// vector_status().
std::vector<float> embed(OpenModel& model, std::string_view content);

}  // namespace hartonomous::serve
