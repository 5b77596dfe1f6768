// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The extension's settings (GUCs), all prefixed `hartonomous.`. No setting changes a stored
// value: `compression` only how many bytes hold it.
#pragma once

namespace hartonomous::pg {

struct Settings {
  // Caps on what a model file may make the parser hold; superuser only.
  int max_header_size = 97'657;  // KiB; 100 000 000 bytes, rounded up
  int max_string_size = 65'536;  // KiB
  int parse_memory = 262'144;    // KiB
  int max_array_elements = 16'777'216;
  int max_metadata_entries = 100'000;
  int max_tensors = 1'000'000;
  bool strict_gguf_offsets = true;
  // Jobs that take longer, in ms, are shown to other sessions; -1: none is.
  int progress_delay = 250;
  // How much is tried to store a block in fewer bytes: a store::Compression.
  int compression = 1;
  int max_expanded_nodes = 10'000'000;  // by one search of a network
  // Running models.
  int threads = 0;                   // of a session, its own included; 0: as many as processors
  int cache_size = 4 * 1024 * 1024;  // KiB of weights in the shared cache, on disk and in memory
  int session_memory = 1024 * 1024;  // KiB that a session may take
  bool log_requests = false;
};
extern Settings settings;

void define_settings();  // called once, by _PG_init

}  // namespace hartonomous::pg
