// Screens: what a browser may ask of 'gandan app', and who may ask. The paths, bodies and answers:
// mobile-bindings/README.md.
//
//   the page ── POST /session {token} ──> a cookie ──> /state /open /request /cancel /events /files
//   anybody on this machine ── GET /… ──> the app's static files, and nothing else
//
// Four fences, because any page in the person's browser can send requests to 127.0.0.1: the Host must be this
// address (or a name that a stranger points here would do), the Origin must be this page's, a body must be of
// a type that other pages cannot send unasked, and the cookie (HttpOnly, SameSite=Strict) must be there. The
// token lives in the address's fragment, which no browser sends, and works once.
//
// Threading: as the Loopback's; the Runner has a thread of its own.
#pragma once

#include <deque>
#include <list>
#include <map>

#include "base/json.hpp"
#include "gandan/app/file_exchange.hpp"
#include "gandan/app/loopback.hpp"
#include "runner/runner.hpp"
#include "site/site.hpp"

namespace gandan::cli {

class Screens final : public Handler {
 public:
  static constexpr std::uint64_t kMaxRequest = 8u << 20;  // bytes, as the notebook's

  struct Folders {
    std::filesystem::path vault;  // whose disk's room is told
    std::filesystem::path site;   // read again with each new page
  };
  // All must outlive it; `runner` is told to wake this one.
  Screens(Loopback& loopback, shell::Runner& runner, FileExchange& files, Folders folders, server::Site site);
  ~Screens() override;

  // The address to open: http://127.0.0.1:PORT/#token=…
  std::string address() const;

  Plan plan(const HttpHead& head) override;
  boost::asio::awaitable<HttpAnswer> answer(const HttpHead& head, const Plan& plan,
                                            std::string body) override;
  HttpAnswer fault(unsigned status, Code code) override;

 private:
  struct Waiter;
  using Answer = boost::asio::awaitable<HttpAnswer>;

  bool from_here(const HttpHead& head) const;
  bool has_session(const HttpHead& head) const;
  HttpAnswer static_file(const HttpHead& head, std::string_view path);
  HttpAnswer begin_session(const std::string& body);
  HttpAnswer file(const HttpHead& head, const std::string& path, bool download);
  Answer ask(bool opens, std::string body, std::string call);
  HttpAnswer cancel(const std::string& body);
  Answer events(std::uint64_t after);

  Loopback& loopback_;
  shell::Runner& runner_;
  FileExchange& files_;
  const Folders folders_;
  server::Site site_;
  const std::string host_, cookie_name_;
  std::string token_, session_;  // empty once spent; empty until there is one
  std::list<Waiter*> waiters_;
  // What pages call their requests that run or wait: the runner's id.
  std::map<std::string, std::uint64_t> calls_;
  // Cancelled before they came, for each travels on a connection of its own; the newest last.
  std::deque<std::string> cancelled_early_;
};

}  // namespace gandan::cli
