// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A stored network ready to be searched: its arrays mapped from the weights cache, one copy for all
// sessions, or read into this session's memory where the cache has no room. Content never changes,
// so a session keeps the few networks that it used last.
#pragma once

#include <memory>
#include <string_view>

#include "core/network/landmarks.hpp"
#include "serve/cache_file.hpp"
#include "store/network_store.hpp"

namespace hartonomous::serve {

class OpenNetwork {
 public:
  // Reads the database if the cache lacks it. O(nodes + edges). REQUIRES: the caller was seen to
  // see the network. kOutOfMemory over hartonomous.session_memory if it must be read into memory.
  explicit OpenNetwork(const store::NetworkKey& key);
  OpenNetwork(const OpenNetwork&) = delete;
  OpenNetwork& operator=(const OpenNetwork&) = delete;

  const core::network::Graph& graph() const noexcept { return graph_; }
  const core::network::Landmarks* landmarks() const noexcept {
    return landmarks_ ? &*landmarks_ : nullptr;
  }
  // For searches of this graph, one at a time.
  core::network::SearchSpaces& spaces() noexcept { return spaces_; }

 private:
  // Bytes of a stored tensor, wherever they are.
  struct Image {
    std::shared_ptr<const CachedFile> cached;
    std::vector<std::byte> read;
    core::Bytes bytes() const { return cached ? cached->bytes() : core::Bytes(read); }
  };
  static Image open_image(const store::StoredTensor& tensor);

  Image graph_image_, landmark_image_;
  core::network::Graph graph_;
  std::optional<core::network::Landmarks> landmarks_;
  core::network::SearchSpaces spaces_;
};

// The network of that name, as the caller sees it; errors as store::find_network().
std::shared_ptr<OpenNetwork> open_network(std::string_view name);

}  // namespace hartonomous::serve
