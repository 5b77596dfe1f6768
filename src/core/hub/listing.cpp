// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/hub/listing.hpp"

#include <algorithm>
#include <map>

#include "core/format/entry_names.hpp"
#include "core/tokenizer/json_value.hpp"

namespace hartonomous::core::hub {

namespace {

using tokenizer::JsonValue;
using tokenizer::parse_json;

constexpr std::string_view kHuggingFace = "hf://", kOllama = "ollama://";
constexpr double kMaxBytes = 9007199254740992.0;  // that a double holds exactly

Status malformed(const char* what) {
  return {Code::kMalformed, std::string("the hub's answer is no ") + what};
}

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::optional<std::uint64_t> natural(const JsonValue& value) {
  if (value.kind != JsonValue::Kind::kNumber || !(value.number >= 0 && value.number <= kMaxBytes)) {
    return std::nullopt;
  }
  const auto whole = static_cast<std::uint64_t>(value.number);
  return static_cast<double>(whole) == value.number ? std::optional(whole) : std::nullopt;
}

bool is_plain(std::string_view part) {
  return !part.empty() && part != "." && part != ".." && std::ranges::all_of(part, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-';
  });
}

// Plain parts with slashes between them.
bool is_plain_path(std::string_view path) {
  for (std::size_t at = 0;;) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    if (!is_plain(path.substr(at, slash - at))) return false;
    if (slash == path.size()) return true;
    at = slash + 1;
  }
}

Status bad_address(std::string_view source) {
  return Status(Code::kInvalidArgument, quoted(source, 300) + " names no model of a hub")
      .with_hint(
          "Use hf://ORGANISATION/REPOSITORY[@REVISION][/PATH] or "
          "ollama://[NAMESPACE/]NAME[:TAG].");
}

Result<ModelAddress> parse_hugging_face(std::string_view source, std::string_view rest) {
  ModelAddress address{ModelAddress::Hub::kHuggingFace, {}, "main", {}};
  const std::size_t first = rest.find('/');
  if (first == rest.npos) return bad_address(source);
  const std::size_t end = std::min(rest.find_first_of("@/", first + 1), rest.size());
  address.repository = rest.substr(0, end);
  rest.remove_prefix(end);
  if (rest.starts_with('@')) {
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    address.revision = rest.substr(1, slash - 1);
    rest.remove_prefix(slash);
  }
  if (rest.starts_with('/')) address.path = rest.substr(1);
  if (!is_plain_path(address.repository) || !is_plain(address.revision) ||
      (!rest.empty() && !is_plain_path(address.path))) {
    return bad_address(source);
  }
  return address;
}

Result<ModelAddress> parse_ollama(std::string_view source, std::string_view rest) {
  ModelAddress address{ModelAddress::Hub::kOllama, {}, "latest", {}};
  const std::size_t colon = std::min(rest.find(':'), rest.size());
  if (colon < rest.size()) address.revision = rest.substr(colon + 1);
  address.repository = rest.substr(0, colon);
  if (address.repository.find('/') == std::string::npos) address.repository.insert(0, "library/");
  if (!is_plain_path(address.repository) || !is_plain(address.revision) ||
      std::ranges::count(address.repository, '/') != 1) {
    return bad_address(source);
  }
  return address;
}

// Which file a layer is, by its type; empty for what is none.
std::string file_of(std::string_view media_type) {
  constexpr std::string_view kPrefix = "application/vnd.ollama.image.";
  if (media_type == "application/vnd.docker.container.image.v1+json") return "ollama-config.json";
  if (!media_type.starts_with(kPrefix)) return {};
  const std::string_view kind = media_type.substr(kPrefix.size());
  if (!is_plain(kind)) return {};
  const bool is_model = kind == "model" || kind == "adapter" || kind == "projector";
  return std::string(kind) + (is_model                                 ? ".gguf"
                              : kind == "params" || kind == "messages" ? ".json"
                                                                       : ".txt");
}

Result<RemoteFile> read_layer(const JsonValue& layer) {
  const auto bytes = natural(layer["size"]);
  const std::string_view digest = layer["digest"].as_text();
  if (!bytes || !digest.starts_with("sha256:") || !is_hex(digest.substr(7), 64)) {
    return malformed("manifest");
  }
  return RemoteFile{file_of(layer["mediaType"].as_text()),
                    std::string(digest),
                    *bytes,
                    std::string(digest.substr(7)),
                    {}};
}

// Several layers of a kind are told apart by their number.
void number_names(std::vector<RemoteFile>& files) {
  std::map<std::string, int> seen;
  for (RemoteFile& file : files) {
    if (const int before = seen[file.path]++; before > 0) {
      const std::string number = std::to_string(before + 1);
      file.path.insert(file.path.rfind('.'), 1, '-').insert(file.path.rfind('.'), number);
    }
  }
}

Result<RemoteFile> read_tree_file(const JsonValue& entry) {
  RemoteFile file{std::string(entry["path"].as_text()), {}, 0, {}, {}};
  const auto bytes = natural(entry["size"]);
  const JsonValue& lfs = entry["lfs"];
  if (lfs.is_null()) {
    file.git_sha1 = entry["oid"].as_text();
  } else {
    file.sha256 = lfs["oid"].as_text();
  }
  const bool has_digest = lfs.is_null() ? is_hex(file.git_sha1, 40) : is_hex(file.sha256, 64);
  if (!bytes || !has_digest) return malformed("repository tree");
  HARTONOMOUS_CHECK(format::check_entry_name(file.path, "repository"));
  file.bytes = *bytes;
  file.locator = file.path;
  return file;
}

}  // namespace

bool names_hub(std::string_view source) noexcept {
  return source.starts_with(kHuggingFace) || source.starts_with(kOllama);
}

Result<ModelAddress> parse_model_address(std::string_view source) {
  if (source.starts_with(kHuggingFace)) {
    return parse_hugging_face(source, source.substr(kHuggingFace.size()));
  }
  if (source.starts_with(kOllama)) return parse_ollama(source, source.substr(kOllama.size()));
  return bad_address(source);
}

Result<std::string> read_commit(std::string_view json, Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(const JsonValue answer, parse_json(json, "hub's answer", checkpoint));
  const std::string_view commit = answer["sha"].as_text();
  if (!is_hex(commit, 40)) return malformed("revision");
  return std::string(commit);
}

Result<std::vector<RemoteFile>> read_tree(std::string_view json, Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(const JsonValue answer, parse_json(json, "hub's answer", checkpoint));
  if (answer.kind != JsonValue::Kind::kArray) return malformed("repository tree");
  std::vector<RemoteFile> files;
  for (const JsonValue& entry : answer.elements) {
    if (entry["type"].as_text() != "file") continue;
    HARTONOMOUS_TRY(RemoteFile file, read_tree_file(entry));
    const bool is_hidden = file.path.starts_with('.') || file.path.find("/.") != std::string::npos;
    if (!is_hidden) files.push_back(std::move(file));
  }
  return files;
}

Result<std::vector<RemoteFile>> read_manifest(std::string_view json, Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(const JsonValue answer, parse_json(json, "hub's answer", checkpoint));
  if (answer["schemaVersion"].as_number() != 2u) {
    return Status(Code::kUnsupported, "the registry's manifest is not of schema version 2");
  }
  if (answer["layers"].kind != JsonValue::Kind::kArray) return malformed("manifest");
  std::vector<RemoteFile> files;
  HARTONOMOUS_TRY(RemoteFile config, read_layer(answer["config"]));
  if (!config.path.empty()) files.push_back(std::move(config));
  for (const JsonValue& layer : answer["layers"].elements) {
    HARTONOMOUS_TRY(RemoteFile file, read_layer(layer));
    if (!file.path.empty()) files.push_back(std::move(file));
  }
  number_names(files);
  return files;
}

std::string url_path(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_plain(std::string_view(&c, 1)) || c == '/' || c == '~' || c == '.') {
      out += c;
      continue;
    }
    out += '%';
    out += kHex[static_cast<unsigned char>(c) >> 4];
    out += kHex[c & 15];
  }
  return out;
}

}  // namespace hartonomous::core::hub
