// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/http_client.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "core/base/ip_address.hpp"
#include "pg/boundary.hpp"
#include "pg/settings.hpp"

namespace hartonomous::pg {

namespace {

using core::Code;
using core::Status;

constexpr int kMaxReferrals = 5;
constexpr int kPollMs = 50;
constexpr long kConnectSeconds = 30;
constexpr std::string_view kLoopback = "127.0.0.1";

// libcurl may start a thread to look names up. It must never be the one to get a signal of the
// server's, and inherits what is blocked here.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;

 private:
  sigset_t before_;
};

struct CurlText {
  char* text = nullptr;
  ~CurlText() { curl_free(text); }
};

struct Url {
  std::string scheme, host, port;
};

Url parse_url(const std::string& url) {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(curl_url(), curl_url_cleanup);
  const auto part = [&](CURLUPart which) {
    CurlText out;
    if (curl_url_get(parsed.get(), which, &out.text, CURLU_DEFAULT_PORT) != CURLUE_OK)
      return std::string();
    return std::string(out.text);
  };
  if (!parsed ||
      curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) {
    raise({Code::kNotPermitted, "the address to fetch from is malformed"});
  }
  std::string host = part(CURLUPART_HOST);
  std::ranges::transform(host, host.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return {part(CURLUPART_SCHEME), std::move(host), part(CURLUPART_PORT)};
}

// Calls f with each trimmed item of a list with commas.
template <class F>
void for_each_item(const char* list, F f) {
  std::string_view rest = list == nullptr ? "" : list;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    std::string_view item = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (!item.empty()) f(item);
  }
}

bool is_allowed_host(const Url& url) {
  bool is_allowed = false;
  for_each_item(settings.allowed_hosts, [&](std::string_view item) {
    std::string_view port = "443";
    if (const std::size_t colon = item.find(':'); colon != item.npos) {
      port = item.substr(colon + 1);
      item = item.substr(0, colon);
    }
    const bool is_below = item.starts_with('.') && url.host.ends_with(item);
    is_allowed |= port == url.port && (is_below || url.host == item);
  });
  return is_allowed;
}

bool is_test_url(const Url& url) {
  return settings.allow_loopback_http && url.scheme == "http" && url.host == kLoopback;
}

Url allowed_url(const std::string& text) {
  Url url = parse_url(text);
  if (url.scheme != "https" && !is_test_url(url)) {
    raise(Status(Code::kNotPermitted, "models are fetched over https alone")
              .with_detail("The address is of scheme " + core::quoted(url.scheme) + "."));
  }
  if (!is_allowed_host(url)) {
    raise(Status(Code::kNotPermitted, "host " + core::quoted(url.host, 255) + ", port " +
                                          core::quoted(url.port) + " may not be fetched from")
              .with_hint("A superuser can add it to hartonomous.allowed_hosts."));
  }
  return url;
}

std::string token_for(const Url& url) {
  std::string token;
  const std::string with_port = url.host + ":" + url.port;
  for_each_item(settings.hub_tokens, [&](std::string_view item) {
    const std::size_t equals = item.find('=');
    if (equals == item.npos) return;
    const std::string_view host = item.substr(0, equals);
    if (host == with_port || (host == url.host && url.port == "443"))
      token = item.substr(equals + 1);
  });
  return token;
}

// The last look at where a connection goes, after all names were resolved.
curl_socket_t open_socket(void* allow_loopback, curlsocktype, curl_sockaddr* address) {
  core::Bytes bytes;
  if (address->family == AF_INET) {
    bytes = std::as_bytes(std::span(&reinterpret_cast<sockaddr_in*>(&address->addr)->sin_addr, 1));
  } else if (address->family == AF_INET6) {
    bytes =
        std::as_bytes(std::span(&reinterpret_cast<sockaddr_in6*>(&address->addr)->sin6_addr, 1));
  }
  const bool is_test = *static_cast<bool*>(allow_loopback) && core::is_loopback_address(bytes);
  if (!is_test && !core::is_public_address(bytes)) return CURL_SOCKET_BAD;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == '\r' || text.back() == '\n' || text.back() == ' '))
    text.remove_suffix(1);
  return text;
}

std::optional<std::uint64_t> natural(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), value);
  if (error != std::errc() || end != digits.end() || digits.empty()) return std::nullopt;
  return value;
}

}  // namespace

// One question and its answer.
struct HttpClient::Exchange {
  std::uint64_t from;
  const std::string& accept;
  core::ByteSink& sink;
  CURL* handle = nullptr;
  HttpAnswer answer = {};
  std::optional<std::uint64_t> begins_at = {};
  std::uint64_t to_skip = 0;        // of a whole body, where a part was asked for
  std::exception_ptr failure = {};  // of the sink; it must not pass through libcurl
  bool is_test = false;

  long status() const {
    long code = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &code);
    return code;
  }

  void take_header(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == line.npos) return;
    const std::string_view value = trimmed(line.substr(colon + 1));
    const auto is = [&](std::string_view name) {
      return name.size() == colon && strncasecmp(name.data(), line.data(), colon) == 0;
    };
    if (is("content-length") && from == 0) answer.total_bytes = natural(value);
    if (is("content-range") && value.starts_with("bytes ")) {  // bytes FIRST-LAST/TOTAL
      const std::string_view range = value.substr(6);
      const std::size_t dash = std::min(range.find('-'), range.size());
      const std::size_t slash = range.find('/');
      begins_at = natural(range.substr(0, dash));
      if (slash != range.npos) answer.total_bytes = natural(range.substr(slash + 1));
    }
    if (is("link") && value.find("rel=\"next\"") != value.npos && value.starts_with('<')) {
      answer.next_page = value.substr(1, value.find('>') - 1);
    }
  }

  // Bodies of referrals and refusals are let go.
  bool take_body(core::Bytes bytes) {
    const long code = status();
    if (code != 200 && code != 206) return true;
    try {
      answer.is_partial = code == 206;
      if (answer.is_partial && begins_at != from) {
        raise({Code::kMalformed, "the host sends another part than was asked for"});
      }
      if (!answer.is_partial) {
        const auto skipped =
            static_cast<std::size_t>(std::min<std::uint64_t>(to_skip, bytes.size()));
        to_skip -= skipped;
        bytes = bytes.subspan(skipped);
      }
      check(sink.write(bytes));
      return true;
    } catch (...) {
      failure = std::current_exception();
      return false;
    }
  }

  static std::size_t on_header(char* data, std::size_t, std::size_t size, void* self) {
    static_cast<Exchange*>(self)->take_header({data, size});
    return size;
  }
  static std::size_t on_body(char* data, std::size_t, std::size_t size, void* self) {
    const core::Bytes bytes(reinterpret_cast<std::byte*>(data), size);
    return static_cast<Exchange*>(self)->take_body(bytes) ? size : 0;
  }
};

void require_allowed_url(const std::string& url) { (void)allowed_url(url); }

HttpClient::HttpClient() {
  static const CURLcode is_ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  multi_ = is_ready == CURLE_OK ? curl_multi_init() : nullptr;
  if (multi_ == nullptr) throw std::bad_alloc();
}

HttpClient::~HttpClient() {
  const BlockedSignals blocked;
  curl_multi_cleanup(multi_);
}

// Where the host refers to, or nothing.
std::string HttpClient::exchange(const std::string& url, Exchange& exchange,
                                 core::Checkpoint& checkpoint) {
  const Url to = allowed_url(url);
  struct Handle {
    CURLM* multi;
    CURL* easy = curl_easy_init();
    curl_slist* headers = nullptr;
    ~Handle() {
      const BlockedSignals blocked;
      curl_multi_remove_handle(multi, easy);
      curl_easy_cleanup(easy);
      curl_slist_free_all(headers);
    }
  } handle{multi_};
  if (handle.easy == nullptr) throw std::bad_alloc();
  const auto set = [&](CURLoption option, auto value) {
    if (curl_easy_setopt(handle.easy, option, value) != CURLE_OK) {
      raise({Code::kIoError, "libcurl lacks a feature that fetching needs"});
    }
  };
  const auto add_header = [&](const std::string& line) {
    handle.headers = curl_slist_append(handle.headers, line.c_str());
    if (handle.headers == nullptr) throw std::bad_alloc();
  };
  exchange.handle = handle.easy;
  exchange.answer = {};
  exchange.begins_at.reset();
  exchange.to_skip = exchange.from;
  exchange.is_test = is_test_url(to);
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, exchange.is_test ? "http" : "https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);
  set(CURLOPT_USERAGENT, "hartonomous");
  set(CURLOPT_CONNECTTIMEOUT, std::min<long>(kConnectSeconds, settings.fetch_timeout));
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(settings.fetch_timeout));
  set(CURLOPT_OPENSOCKETFUNCTION, open_socket);
  set(CURLOPT_OPENSOCKETDATA, &exchange.is_test);
  set(CURLOPT_HEADERFUNCTION, Exchange::on_header);
  set(CURLOPT_HEADERDATA, &exchange);
  set(CURLOPT_WRITEFUNCTION, Exchange::on_body);
  set(CURLOPT_WRITEDATA, &exchange);
  if (exchange.from > 0) set(CURLOPT_RANGE, (std::to_string(exchange.from) + "-").c_str());
  if (!exchange.accept.empty()) add_header("Accept: " + exchange.accept);
  if (const std::string token = token_for(to); !token.empty()) {
    add_header("Authorization: Bearer " + token);
  }
  if (handle.headers != nullptr) set(CURLOPT_HTTPHEADER, handle.headers);
  curl_multi_add_handle(multi_, handle.easy);
  for (int running = 1;;) {
    {
      const BlockedSignals blocked;
      curl_multi_perform(multi_, &running);
    }
    checkpoint.reached(0);
    if (running == 0) break;
    curl_multi_poll(multi_, nullptr, 0, kPollMs, nullptr);
  }
  int left = 0;
  const CURLMsg* const message = curl_multi_info_read(multi_, &left);
  const CURLcode result = message == nullptr ? CURLE_FAILED_INIT : message->data.result;
  if (exchange.failure) std::rethrow_exception(exchange.failure);
  if (result == CURLE_COULDNT_CONNECT && exchange.status() == 0) {
    raise(Status(Code::kIoError, "could not connect to " + core::quoted(to.host, 255))
              .with_detail("It has no public address, or none that answers."));
  }
  if (result != CURLE_OK) {
    raise(Status(Code::kIoError, "fetching from " + core::quoted(to.host, 255) + " failed")
              .with_detail(std::string(curl_easy_strerror(result)) + "."));
  }
  const long status = exchange.status();
  if (status == 200 || status == 206) return {};
  char* location = nullptr;
  curl_easy_getinfo(handle.easy, CURLINFO_REDIRECT_URL, &location);
  const bool refers =
      status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  if (refers && location != nullptr) return location;
  const Code code = status == 401 || status == 403   ? Code::kNotPermitted
                    : status == 404 || status == 410 ? Code::kNotFound
                                                     : Code::kIoError;
  raise(Status(code, core::quoted(to.host, 255) + " answers " + std::to_string(status))
            .with_hint(code == Code::kNotPermitted ? "It may want a token: hartonomous.hub_tokens."
                                                   : ""));
}

HttpAnswer HttpClient::get(const std::string& url, std::uint64_t from, const std::string& accept,
                           core::ByteSink& sink, core::Checkpoint& checkpoint) {
  Exchange state{from, accept, sink};
  std::string at = url;
  for (int referrals = 0; referrals <= kMaxReferrals; ++referrals) {
    at = exchange(at, state, checkpoint);
    if (at.empty()) return std::move(state.answer);
  }
  raise({Code::kIoError, "the host refers on and on"});
}

}  // namespace hartonomous::pg
