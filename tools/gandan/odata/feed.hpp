// Feed: records, units and figures as OData v4, so that a spreadsheet or a dashboard on this machine draws
// what the vault holds and refreshes it when asked. It only reads.
//
//   http://127.0.0.1:PORT/odata/TOKEN/                 what there is
//                                    …/$metadata       and its types
//                                    …/community_meeting?$filter=record_date ge 2026-01-01&$select=…
//                                    …/figures?period=2026-Q2,2026-Q3&by=unit
//
// Who has the address reads what the vault's owner reads: such programs keep no cookie and send no password
// over plain HTTP, so the token stands in the path. Host must be this address, and no web page is answered
// (browsers name an Origin); without the token every path is one that does not exist.
//
// Source: OData 4.01 part 1 (protocol), JSON format 4.01; the minimal conformance level, read-only.
//
// Threading: as the Loopback's; the Runner has a thread of its own.
#pragma once

#include "gandan/app/loopback.hpp"
#include "gandan/odata/options.hpp"
#include "runner/runner.hpp"

namespace gandan::cli {

class Feed final : public Handler {
 public:
  // Both must outlive it. `token`: of the address, hexadecimal digits.
  Feed(Loopback& loopback, shell::Runner& runner, std::string token);

  std::string address() const;

  Plan plan(const HttpHead& head) override;
  boost::asio::awaitable<HttpAnswer> answer(const HttpHead& head, const Plan& plan,
                                            std::string body) override;
  HttpAnswer fault(unsigned status, Code code) override;

 private:
  template <class T>
  using Awaitable = boost::asio::awaitable<T>;
  struct Page {
    json::array entities;
    std::optional<std::uint64_t> count;  // of all that pass, where it was asked for
    std::optional<Place> next;
  };

  Awaitable<Result<json::object>> ask(std::string_view method, json::object params);
  Awaitable<Result<std::vector<EntitySet>>> sets();
  Awaitable<Result<HttpAnswer>> serve(std::string path, std::string query);
  Awaitable<Result<Page>> page(const EntitySet& set, const Options& options, bool only_count);
  Awaitable<Result<Page>> records(const EntitySet& set, const Options& options, bool only_count);
  Awaitable<Result<json::array>> units();
  Awaitable<Result<json::array>> figures(const Options& options);
  Awaitable<Status> add_figures(const std::string& period, const json::object* unit, bool unsent,
                                json::array& out);

  Loopback& loopback_;
  shell::Runner& runner_;
  const std::string token_;
};

}  // namespace gandan::cli
