// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// HTTPS for fetching models, through libcurl, with as little trust as can be:
//   whom    hosts that hartonomous.allowed_hosts lists, on the port it says (443), and no others,
//           also when a host refers to another; https, and http for 127.0.0.1 in tests alone
//   where   each address is looked at when it is connected to, whatever a name stood for before:
//           only those of the public internet, and 127.0.0.0/8 in tests
//   what    tokens go to the host they were given for and are never shown; no cookies, no proxy
//   from
//           the environment, no .netrc; bodies as they are, never decompressed
//   how     at most five referrals, each checked; silence has a limit; a cancel is answered in 50
//   ms
// Errors: kNotPermitted for whom and where, and for answers 401 and 403; kNotFound for 404;
// kIoError for all that the network and the host can do; kMalformed for answers that contradict
// themselves.
#pragma once

#include <optional>
#include <string>

#include "core/base/byte_sink.hpp"
#include "core/base/checkpoint.hpp"
#include "pg/postgres.hpp"

namespace hartonomous::pg {

// Refuses a URL whose host may not be asked. Connects to nothing.
void require_allowed_url(const std::string& url);

struct HttpAnswer {
  std::optional<std::uint64_t> total_bytes;  // of the whole, if the host says
  std::string next_page;                     // from a Link header, absolute, or empty
  bool is_partial = false;                   // only what was asked for was sent
};

class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Gets `url` from byte `from` on into `sink`. `accept`: the Accept header, or empty. Throws
  // Failure and Error, whatever the sink refuses too. What the sink got when the connection broke
  // stays.
  HttpAnswer get(const std::string& url, std::uint64_t from, const std::string& accept,
                 core::ByteSink& sink, core::Checkpoint& checkpoint);

 private:
  struct Exchange;
  std::string exchange(const std::string& url, Exchange& exchange, core::Checkpoint& checkpoint);
  void* multi_;  // CURLM
};

}  // namespace hartonomous::pg
