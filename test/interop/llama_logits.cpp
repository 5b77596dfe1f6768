// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// llama_logits GGUF TOKEN...: what interop_logits prints, by llama.cpp's library, with keys and
// values in F32 and one thread. run_llama builds it.
#include <llama.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

int main(int count, char** arguments) {
  if (count < 3) return 2;
  llama_log_set(
      [](ggml_log_level level, const char* text, void*) {
        if (level == GGML_LOG_LEVEL_ERROR) std::fputs(text, stderr);
      },
      nullptr);
  llama_backend_init();
  llama_model* model =
      llama_model_load_from_file(arguments[1], llama_model_default_params());
  if (model == nullptr) return 1;
  const int tokens = count - 2;
  auto settings = llama_context_default_params();
  settings.n_ctx = settings.n_batch = settings.n_ubatch = 64;
  settings.n_threads = settings.n_threads_batch = 1;
  settings.type_k = settings.type_v = GGML_TYPE_F32;
  settings.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
  char architecture[64] = "";
  llama_model_meta_val_str(model, "general.architecture", architecture, sizeof architecture);
  const bool is_encoder = std::string_view(architecture) == "bert";
  settings.embeddings = is_encoder;
  if (is_encoder) settings.pooling_type = LLAMA_POOLING_TYPE_NONE;
  llama_context* context = llama_init_from_model(model, settings);
  if (context == nullptr || tokens > 64) return 1;
  llama_batch batch = llama_batch_init(tokens, 0, 1);
  for (batch.n_tokens = 0; batch.n_tokens < tokens; ++batch.n_tokens) {
    const int i = batch.n_tokens;
    batch.token[i] = std::atoi(arguments[i + 2]);
    batch.pos[i] = i;
    batch.n_seq_id[i] = 1;
    batch.seq_id[i][0] = 0;
    batch.logits[i] = 1;
  }
  if ((is_encoder ? llama_encode : llama_decode)(context, batch) != 0) return 1;
  const int width = is_encoder ? llama_model_n_embd(model)
                               : llama_vocab_n_tokens(llama_model_get_vocab(model));
  for (int i = 0; i < tokens; ++i) {
    const float* values =
        is_encoder ? llama_get_embeddings_ith(context, i) : llama_get_logits_ith(context, i);
    std::fwrite(values, sizeof(float), static_cast<std::size_t>(width), stdout);
  }
}
