// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/settings.hpp"

#include <climits>

#include "pg/postgres.hpp"

namespace hartonomous::pg {

Settings settings;

namespace {

void cap(const char* name, const char* about, const char* detail, int* value, int unit) {
  DefineCustomIntVariable(name, about, detail, value, *value, 1, INT_MAX / 2, PGC_SUSET, unit,
                          nullptr, nullptr, nullptr);
}

const config_enum_entry kCompressions[] = {
    {"none", 0, false}, {"fast", 1, false}, {"best", 2, false}, {nullptr, 0, false}};

void define_fetch_settings() {
  DefineCustomStringVariable(
      "hartonomous.allowed_hosts", "Lists the hosts that models may be fetched from.",
      "Names separated by commas, such as huggingface.co. A name that begins with a dot stands for "
      "all below it. Hosts that these refer to must be listed too. Empty: nothing is fetched.",
      &settings.allowed_hosts, "", PGC_SUSET, 0, nullptr, nullptr, nullptr);
  DefineCustomStringVariable(
      "hartonomous.hub_tokens", "Sets the tokens that are shown to hosts.",
      "HOST=TOKEN, separated by commas. A token goes to that host alone, whatever it refers to.",
      &settings.hub_tokens, "", PGC_SUSET, GUC_SUPERUSER_ONLY | GUC_NO_SHOW_ALL | GUC_NOT_IN_SAMPLE,
      nullptr, nullptr, nullptr);
  DefineCustomStringVariable(
      "hartonomous.hub_url", "Sets the address of the Hugging Face hub, or of a mirror.",
      "What hf://ORGANISATION/REPOSITORY is fetched from. Its host must be among the allowed.",
      &settings.hub_url, "https://huggingface.co", PGC_SUSET, 0, nullptr, nullptr, nullptr);
  DefineCustomStringVariable(
      "hartonomous.registry_url", "Sets the address of the Ollama registry, or of a mirror.",
      "What ollama://NAME:TAG is fetched from. Its host must be among the allowed.",
      &settings.registry_url, "https://registry.ollama.ai", PGC_SUSET, 0, nullptr, nullptr,
      nullptr);
  DefineCustomBoolVariable(
      "hartonomous.allow_loopback_http", "Allows fetching over plain HTTP from this machine.",
      "For tests: of http://127.0.0.1 alone, with a port, if it is among the allowed hosts.",
      &settings.allow_loopback_http, settings.allow_loopback_http, PGC_SUSET, GUC_NOT_IN_SAMPLE,
      nullptr, nullptr, nullptr);
  DefineCustomIntVariable("hartonomous.fetch_timeout", "Sets how long a host may be silent.",
                          "A fetch that gets nothing for so long is tried again where it stopped, "
                          "and ends with SQLSTATE "
                          "58030 if that fails too.",
                          &settings.fetch_timeout, settings.fetch_timeout, 1, 3600, PGC_SUSET,
                          GUC_UNIT_S, nullptr, nullptr, nullptr);
  cap("hartonomous.max_fetch_size", "Sets how much may be fetched for one version.",
      "More is refused with SQLSTATE 54000.", &settings.max_fetch_size, GUC_UNIT_KB);
}

void define_run_settings() {
  DefineCustomIntVariable(
      "hartonomous.cache_size", "Sets the size of the weights cache, which all sessions share.",
      "The cache holds weights ready for computing in files below the data directory. What does "
      "not fit is read from the database at each pass. A session that adds to it keeps to its own "
      "value; with 0 it adds nothing.",
      &settings.cache_size, settings.cache_size, 0, INT_MAX, PGC_SUSET, GUC_UNIT_KB, nullptr,
      nullptr, nullptr);
  DefineCustomBoolVariable(
      "hartonomous.log_requests", "Records answers of models in hartonomous.inference_request.",
      "With the version, the parameters, the tokens and the times: what is needed to reproduce "
      "an answer.",
      &settings.log_requests, settings.log_requests, PGC_SUSET, 0, nullptr, nullptr, nullptr);
  DefineCustomIntVariable(
      "hartonomous.session_memory", "Sets the memory that a session may take to run models.",
      "Counts what models remember of their context, working space, and weights that are not in "
      "the cache; making a network keeps to the same. What needs more ends with SQLSTATE 53200.",
      &settings.session_memory, settings.session_memory, 64, INT_MAX, PGC_SUSET, GUC_UNIT_KB,
      nullptr, nullptr, nullptr);
  DefineCustomIntVariable(
      "hartonomous.threads", "Sets how many threads a session computes with.",
      "Its own counts. With 0 there are as many as processors that the server may use, at most "
      "64. No answer depends on it.",
      &settings.threads, settings.threads, 0, 1024, PGC_USERSET, 0, nullptr, nullptr, nullptr);
}

}  // namespace

void define_settings() {
  cap("hartonomous.max_array_elements", "Sets the most elements a metadata array may have.",
      "A model file with a longer array is refused with SQLSTATE 54000.",
      &settings.max_array_elements, 0);
  cap("hartonomous.max_archive_depth", "Sets how deep archives may lie in archives.",
      "One in which they lie deeper is refused with SQLSTATE 54000.", &settings.max_archive_depth,
      0);
  cap("hartonomous.max_archive_entries", "Sets the most entries an archive may have.",
      "Counts those of the archives in it too; one with more is refused with SQLSTATE 54000.",
      &settings.max_archive_entries, 0);
  cap("hartonomous.max_expanded_size", "Sets how much an archive may expand to.",
      "Counts compressed entries on all levels together; an archive of more is refused with "
      "SQLSTATE "
      "54000.",
      &settings.max_expanded_size, GUC_UNIT_KB);
  cap("hartonomous.max_expansion_ratio", "Sets how many times its size an archive may expand to.",
      "Every archive may expand to 16 MiB, and an entry to 1 MiB. One that expands to more is "
      "refused "
      "with SQLSTATE 54000.",
      &settings.max_expansion_ratio, 0);
  cap("hartonomous.max_header_size", "Sets the largest header of a model file.",
      "Counts the JSON header of a safetensors file or of a shard index; a larger one is refused "
      "with SQLSTATE 54000.",
      &settings.max_header_size, GUC_UNIT_KB);
  cap("hartonomous.max_metadata_entries", "Sets the most metadata entries a model file may have.",
      "A model file with more is refused with SQLSTATE 54000.", &settings.max_metadata_entries, 0);
  cap("hartonomous.max_string_size", "Sets the longest string in a model file's metadata.",
      "A model file with a longer string is refused with SQLSTATE 54000.",
      &settings.max_string_size, GUC_UNIT_KB);
  cap("hartonomous.max_tensors", "Sets the most tensors a model file may have.",
      "A model file with more is refused with SQLSTATE 54000.", &settings.max_tensors, 0);
  cap("hartonomous.parse_memory", "Sets the memory that parsing one model file may take.",
      "A file whose header needs more is refused with SQLSTATE 54000.", &settings.parse_memory,
      GUC_UNIT_KB);
  DefineCustomEnumVariable(
      "hartonomous.compression", "Sets how much is tried to store new blocks in fewer bytes.",
      "none: they are stored as they are. fast: what differs from a stored tensor by little, or is "
      "a "
      "cast or simple quantisation of one, is stored as the difference or the recipe. best: other "
      "recipes also, and what has no relative is entropy-coded. Reading gives the same bytes.",
      &settings.compression, settings.compression, kCompressions, PGC_USERSET, 0, nullptr, nullptr,
      nullptr);
  DefineCustomIntVariable(
      "hartonomous.max_expanded_nodes", "Sets how many nodes one search of a network may look at.",
      "A search that needs more ends with SQLSTATE 54000. Time is bounded by statement_timeout.",
      &settings.max_expanded_nodes, settings.max_expanded_nodes, 1, INT_MAX, PGC_USERSET, 0,
      nullptr, nullptr, nullptr);
  DefineCustomIntVariable(
      "hartonomous.progress_delay", "Time after which an ingest shows its progress to others.",
      "An ingest that takes longer has a row in hartonomous.ingestion_job, kept by a background "
      "worker that occupies one slot of max_worker_processes until the ingest's transaction ends. "
      "With 0 an ingest begins only when its row is visible, which costs a few milliseconds. -1 "
      "means that no ingest has a row.",
      &settings.progress_delay, settings.progress_delay, -1, 3'600'000, PGC_USERSET, GUC_UNIT_MS,
      nullptr, nullptr, nullptr);
  DefineCustomBoolVariable(
      "hartonomous.strict_gguf_offsets",
      "Requires the tensors of a GGUF file to follow each other without gaps.",
      "When off, any aligned and disjoint placement inside the file is accepted.",
      &settings.strict_gguf_offsets, settings.strict_gguf_offsets, PGC_SUSET, 0, nullptr, nullptr,
      nullptr);
  define_run_settings();
  define_fetch_settings();
  MarkGUCPrefixReserved("hartonomous");
}

}  // namespace hartonomous::pg
