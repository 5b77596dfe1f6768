// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What the reference runtime answers; compiled by `record` against its library, never by our build.
//   reference MODEL answer STEPS FLASH CACHE PROMPT REPACK < prompts
//     a prompt is a line of text, or "ids:" and token ids; for each a line: text, ids, answer
//       FLASH 0|1   CACHE f16|f32   PROMPT whole|single   REPACK 0|1
//   reference MODEL perplexity < text
//     a line: the ids, the lowest and the highest perplexity among the settings
#include <llama.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace {

using Ids = std::vector<llama_token>;

struct Settings {
  bool flash = false, repack = true, whole = true;
  ggml_type cache = GGML_TYPE_F16;
};

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "reference: %s\n", what);
  std::exit(1);
}

llama_context* open_context(llama_model* model, const Settings& settings, std::uint32_t length) {
  llama_context_params params = llama_context_default_params();
  params.n_ctx = params.n_batch = params.n_ubatch = length;
  params.n_threads = params.n_threads_batch = 1;
  params.flash_attn_type =
      settings.flash ? LLAMA_FLASH_ATTN_TYPE_ENABLED : LLAMA_FLASH_ATTN_TYPE_DISABLED;
  params.type_k = params.type_v = settings.cache;
  llama_context* context = llama_init_from_model(model, params);
  if (context == nullptr) fail("no context");
  return context;
}

Ids tokenize(const llama_vocab* vocabulary, const std::string& text) {
  Ids ids(text.size() + 8);
  const int count = llama_tokenize(vocabulary, text.data(), static_cast<int>(text.size()),
                                   ids.data(), static_cast<int>(ids.size()), true, false);
  if (count < 0) fail("cannot tokenize");
  ids.resize(static_cast<std::size_t>(count));
  return ids;
}

void decode(llama_context* context, Ids ids) {
  if (llama_decode(context, llama_batch_get_one(ids.data(), static_cast<int>(ids.size()))) != 0) {
    fail("cannot decode");
  }
}

std::string joined(const Ids& ids) {
  std::string out;
  for (const llama_token id : ids) out += (out.empty() ? "" : " ") + std::to_string(id);
  return out;
}

void answer(llama_model* model, const Settings& settings, int steps, std::string line) {
  const llama_vocab* vocabulary = llama_model_get_vocab(model);
  const int tokens = llama_vocab_n_tokens(vocabulary);
  Ids ids, chosen;
  if (line.rfind("ids:", 0) == 0) {
    std::istringstream in(line.substr(4));
    for (llama_token id; in >> id;) ids.push_back(id);
    line.clear();
  } else {
    ids = tokenize(vocabulary, line);
  }
  llama_context* context = open_context(model, settings, 512);
  if (settings.whole) {
    decode(context, ids);
  } else {
    for (const llama_token id : ids) decode(context, {id});
  }
  while (true) {
    const float* logits = llama_get_logits_ith(context, -1);
    chosen.push_back(static_cast<llama_token>(std::max_element(logits, logits + tokens) - logits));
    if (static_cast<int>(chosen.size()) == steps) break;
    decode(context, {chosen.back()});
  }
  std::printf("%s\t%s\t%s\n", line.c_str(), joined(ids).c_str(), joined(chosen).c_str());
  llama_free(context);
}

double perplexity(llama_model* model, const Settings& settings, const Ids& ids) {
  const int tokens = llama_vocab_n_tokens(llama_model_get_vocab(model));
  llama_context* context = open_context(model, settings, 512);
  double sum = 0;
  for (std::size_t i = 0; i + 1 < ids.size(); ++i) {
    decode(context, {ids[i]});
    const float* logits = llama_get_logits_ith(context, -1);
    const double highest = *std::max_element(logits, logits + tokens);
    double total = 0;
    for (int t = 0; t < tokens; ++t) total += std::exp(logits[t] - highest);
    sum += highest + std::log(total) - logits[ids[i + 1]];
  }
  llama_free(context);
  return std::exp(sum / static_cast<double>(ids.size() - 1));
}

void perplexities(llama_model* model, const std::string& text) {
  const Ids ids = tokenize(llama_model_get_vocab(model), text);
  std::vector<double> values;
  for (const bool flash : {false, true}) {
    for (const ggml_type cache : {GGML_TYPE_F16, GGML_TYPE_F32}) {
      values.push_back(perplexity(model, {flash, true, true, cache}, ids));
    }
  }
  const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
  std::printf("%s\t%.6f\t%.6f\n", joined(ids).c_str(), *lowest, *highest);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3 && count != 8) fail("see the first lines of reference.cpp");
  llama_log_set(
      [](ggml_log_level level, const char* text, void*) {
        if (level == GGML_LOG_LEVEL_ERROR) std::fputs(text, stderr);
      },
      nullptr);
  llama_backend_init();
  llama_model_params params = llama_model_default_params();
  params.use_extra_bufts = count == 3 || std::strcmp(arguments[7], "1") == 0;
  llama_model* model = llama_model_load_from_file(arguments[1], params);
  if (model == nullptr) fail("cannot load the model");
  if (count == 3) {
    perplexities(model, {std::istreambuf_iterator<char>(std::cin), {}});
    return 0;
  }
  Settings settings;
  settings.flash = std::strcmp(arguments[4], "1") == 0;
  settings.cache = std::strcmp(arguments[5], "f32") == 0 ? GGML_TYPE_F32 : GGML_TYPE_F16;
  settings.whole = std::strcmp(arguments[6], "whole") == 0;
  for (std::string line; std::getline(std::cin, line);) {
    answer(model, settings, std::atoi(arguments[3]), line);
  }
  return 0;
}
