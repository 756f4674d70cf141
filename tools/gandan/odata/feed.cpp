#include "gandan/odata/feed.hpp"

#include <algorithm>

#include "base/calendar.hpp"
#include "base/seams.hpp"
#include "crypto/secret.hpp"
#include "gandan/app/asking.hpp"

namespace gandan::cli {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kBatch = 200;      // records a request; while one runs, the next client waits
constexpr std::size_t kPageRows = 2000;  // of an answer, at least, before it names the next page
constexpr std::size_t kMaxReports = 400;

HttpAnswer odata_answer(std::string body, std::string type, unsigned status = 200) {
  HttpAnswer out;
  out.status = status;
  out.type = std::move(type);
  out.body = std::move(body);
  out.headers = {
      {"OData-Version", "4.0"}, {"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}};
  return out;
}
HttpAnswer odata_json(const json::object& body, unsigned status = 200) {
  return odata_answer(json::compact(body), "application/json;odata.metadata=minimal;charset=utf-8", status);
}

std::string both(std::string_view vi, std::string_view en) {
  return std::string(vi) + " | " + std::string(en);
}

HttpAnswer odata_error(unsigned status, const Error& error) {
  const CodeInfo& about = info(error.code);
  json::array details;
  for (const auto& field : error.fields)
    details.push_back(
        json::object{{"code", field.code}, {"target", field.path}, {"message", both(field.vi, field.en)}});
  json::object body{{"code", about.text}, {"message", both(about.vi, about.en)}};
  if (!details.empty()) {  // programs show the message alone
    body["message"] = (*details.begin()).get_object()["message"];
    body["details"] = std::move(details);
  }
  return odata_json(json::object{{"error", std::move(body)}}, status);
}

unsigned status_of(Code code) {
  switch (code) {
    case Code::bad_request:
      return 400;
    case Code::not_found:
    case Code::unknown_unit:
    case Code::unknown_kind:
      return 404;
    case Code::unknown_method:
      return 501;
    case Code::internal:
      return 500;
    default:
      return 503;
  }
}

// "community_meeting('01h…')" is the entity of that key; one key alone, for sets of records.
struct Resource {
  std::string set;
  std::optional<std::string> key;
  bool count = false;
};
std::optional<Resource> resource_of(std::string path) {
  Resource out;
  constexpr std::string_view kCount = "/$count";
  if (path.size() > kCount.size() && path.ends_with(kCount)) {
    out.count = true;
    path.resize(path.size() - kCount.size());
  }
  const auto open = path.find("('");
  out.set = path.substr(0, open);
  if (open == std::string::npos) return out;
  if (out.count || path.size() < open + 4 || !path.ends_with("')")) return std::nullopt;
  out.key = path.substr(open + 2, path.size() - open - 4);
  return out;
}

json::object unit_entity(const json::object& unit) {
  json::object out;
  for (const auto* name : {"id", "code", "name", "kind", "parent", "depth", "readable"}) {
    const auto* value = json::find(unit, name);
    const bool empty = value == nullptr || (value->is_string() && value->get_string().empty());
    out[name] = empty ? json::value(nullptr) : *value;
  }
  return out;
}

json::object figure_entity(const json::object& report, const std::string& period, const json::object* unit,
                           const json::object& figure) {
  const auto text = [](const json::object& from, std::string_view name) {
    return json::find_text(from, name).value_or("");
  };
  const auto vi = [&](std::string_view name) {
    const auto* label = json::find_object(figure, name);
    return label == nullptr ? std::string() : text(*label, "vi");
  };
  const auto number = [](const json::object& from, std::string_view name) -> json::value {
    const auto n = json::find_integer(from, name);
    return n ? json::value(*n) : json::value(nullptr);
  };
  const auto* previous = json::find_object(figure, "previous");
  const auto* checkpoint = json::find_object(report, "checkpoint");
  return {{"period", period},
          {"from", text(report, "from")},
          {"until", text(report, "until")},
          {"as_of", text(report, "as_of")},
          {"unit_code", unit == nullptr ? std::string() : text(*unit, "code")},
          {"unit_name", unit == nullptr ? std::string() : text(*unit, "name")},
          {"figure", text(figure, "id")},
          {"label", vi("label")},
          {"measure", vi("unit")},
          {"value", number(figure, "value")},
          {"shown", text(figure, "shown")},
          {"previous", previous == nullptr ? json::value(nullptr) : number(*previous, "value")},
          {"difference", number(figure, "difference")},
          {"checkpoint", checkpoint == nullptr ? json::value(nullptr) : number(*checkpoint, "size")},
          {"incomplete", json::find_bool(report, "incomplete").value_or(false)}};
}

std::vector<std::string> listed(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    if (end > at) out.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

// The quarters of this year that have begun.
std::vector<std::string> usual_periods() {
  const std::string today = date_text(local_days(system_clock().wall_ms()));
  const int month = std::stoi(today.substr(5, 2));
  std::vector<std::string> out;
  for (int quarter = 1; quarter <= (month + 2) / 3; ++quarter)
    out.push_back(today.substr(0, 4) + "-Q" + std::to_string(quarter));
  return out;
}

// What of a filter the vault can do by itself: the days of the records.
void narrow(const Options& options, json::object& params) {
  using Is = Comparison::Is;
  for (const auto& one : options.filter) {
    if (one.property->name != "record_date" || !one.literal.is_string()) continue;
    if (one.is == Is::at_least || one.is == Is::above || one.is == Is::equal) params["from"] = one.literal;
    if (one.is == Is::at_most || one.is == Is::below || one.is == Is::equal) params["until"] = one.literal;
  }
  if (const auto unit = options.custom.find("unit"); unit != options.custom.end())
    params["unit"] = unit->second;
}

// Takes one that passes into the page, as far as skip and top say.
bool put(const Options& options, json::object entity, Place& at, json::array& out) {
  if (at.skip > 0) {
    --at.skip;
    return true;
  }
  if (at.top && *at.top == 0) return false;
  if (at.top) --*at.top;
  out.push_back(selected(options, std::move(entity)));
  return true;
}

}  // namespace

Feed::Feed(Loopback& loopback, shell::Runner& runner, std::string token)
    : loopback_(loopback), runner_(runner), token_(std::move(token)) {}

std::string Feed::address() const { return "http://" + loopback_.host() + "/odata/" + token_ + "/"; }

HttpAnswer Feed::fault(unsigned status, Code code) { return odata_error(status, Error{code}); }

Handler::Plan Feed::plan(const HttpHead& head) {
  const auto refuse = [&](unsigned status, Code code) {
    Plan out;
    out.refusal = fault(status, code);
    return out;
  };
  if (!loopback_.is_here(head.host) || !head.origin.empty()) return refuse(403, Code::foreign_page);
  constexpr std::string_view kBegin = "/odata/";
  const std::string_view target = head.target;
  if (target.substr(0, kBegin.size()) != kBegin) return refuse(404, Code::not_found);
  const auto named = target.substr(kBegin.size(), token_.size());
  const auto behind = target.substr(std::min(kBegin.size() + token_.size(), target.size()));
  if (!crypto::constant_time_equal(as_bytes(token_), as_bytes(named)) ||
      (!behind.empty() && behind.front() != '/' && behind.front() != '?'))
    return refuse(404, Code::not_found);
  if (head.method != "GET") return refuse(405, Code::bad_request);
  return {};
}

asio::awaitable<HttpAnswer> Feed::answer(const HttpHead& head, const Plan&, std::string) {
  std::string rest = head.target.substr(std::string_view("/odata/").size() + token_.size());
  const auto mark = std::min(rest.find('?'), rest.size());
  std::string query = rest.substr(std::min(mark + 1, rest.size()));
  std::string path = rest.substr(0, mark);
  while (!path.empty() && path.front() == '/') path.erase(0, 1);
  while (!path.empty() && path.back() == '/') path.pop_back();
  auto plain = percent_decoded(path);
  if (!plain) co_return fault(404, Code::not_found);
  auto served = co_await serve(std::move(*plain), std::move(query));
  if (!served) co_return odata_error(status_of(served.error().code), served.error());
  co_return std::move(*served);
}

asio::awaitable<Result<json::object>> Feed::ask(std::string_view method, json::object params) {
  const std::string request = json::compact(json::object{{"method", method}, {"params", std::move(params)}});
  const std::string text = co_await ask_runner(
      loopback_.context(), [&](const shell::Runner::Done& done) { return runner_.request(request, done); });
  auto parsed = json::parse(text, {std::size_t{1} << 30, 64});
  if (!parsed || !parsed->is_object()) co_return Code::internal;
  auto* ok = parsed->get_object().if_contains("ok");
  if (ok == nullptr || !ok->is_object()) co_return error_in(parsed->get_object());
  co_return std::move(ok->get_object());
}

// Asked anew each time: a set of forms may have come with a sync in between.
asio::awaitable<Result<std::vector<EntitySet>>> Feed::sets() {
  json::object params;
  auto kinds = co_await ask("record.kinds", std::move(params));
  if (!kinds) co_return kinds.error();
  const auto* all = json::find_array(*kinds, "kinds");
  co_return entity_sets(all == nullptr ? json::array() : *all);
}

asio::awaitable<Result<HttpAnswer>> Feed::serve(std::string path, std::string query) {
  const auto known = co_await sets();
  if (!known) co_return known.error();
  if (path.empty()) co_return odata_json(service_document(*known, address()));
  if (path == "$metadata") co_return odata_answer(metadata_document(*known), "application/xml");
  const auto wanted = resource_of(path);
  if (!wanted) co_return Code::not_found;
  const auto set =
      std::find_if(known->begin(), known->end(), [&](const auto& one) { return one.name == wanted->set; });
  if (set == known->end()) co_return Code::not_found;
  auto options = read_options(*set, query);
  if (!options) co_return options.error();
  if (wanted->key) {
    if (set->keys.size() != 1) co_return Error{Code::unknown_method, path};
    options->filter = {{set->property(set->keys.front()), Comparison::Is::equal, json::value(*wanted->key)}};
    options->from = {};
  }
  auto found = co_await page(*set, *options, wanted->count);
  if (!found) co_return found.error();
  if (wanted->count) co_return odata_answer(std::to_string(found->count.value_or(0)), "text/plain");
  const std::string context = address() + "$metadata#" + set->name;
  if (wanted->key) {
    if (found->entities.empty()) co_return Code::not_found;
    json::object one{{"@odata.context", context + "/$entity"}};
    for (auto& member : found->entities.front().get_object()) one[member.key()] = std::move(member.value());
    co_return odata_json(one);
  }
  json::object out{{"@odata.context", context}};
  if (found->count) out["@odata.count"] = *found->count;
  out["value"] = std::move(found->entities);
  if (found->next) out["@odata.nextLink"] = address() + set->name + "?" + next_query(query, *found->next);
  co_return odata_json(out);
}

asio::awaitable<Result<Feed::Page>> Feed::page(const EntitySet& set, const Options& options,
                                               bool only_count) {
  if (set.source == EntitySet::Source::records) co_return co_await records(set, options, only_count);
  Result<json::array> all = json::array();
  if (set.source == EntitySet::Source::units)
    all = co_await units();
  else
    all = co_await figures(options);
  if (!all) co_return all.error();
  Page out;
  Place at = options.from;
  std::uint64_t count = 0;
  for (auto& one : *all) {
    auto& entity = one.get_object();
    if (!passes(options, entity)) continue;
    ++count;
    if (!only_count) put(options, std::move(entity), at, out.entities);
  }
  if (options.count || only_count) out.count = count;
  co_return out;
}

asio::awaitable<Result<Feed::Page>> Feed::records(const EntitySet& set, const Options& options,
                                                  bool only_count) {
  Page out;
  const bool counts = options.count || only_count;
  std::uint64_t count = 0;
  Place at = options.from;
  bool full = only_count;
  // A count is of all that pass, so whoever asks for it has everything read, from the first record on.
  for (std::uint64_t offset = counts ? 0 : at.passed;;) {
    json::object params{{"kind", set.kind}, {"limit", kBatch}, {"offset", offset}};
    if (!set.list.empty()) params["list"] = set.list;
    narrow(options, params);
    const auto table = co_await ask("record.table", std::move(params));
    if (!table) co_return table.error();
    const bool gives = !full && offset >= at.passed;
    if (const auto* rows = json::find_array(*table, "rows"))
      for (const auto& row : *rows) {
        auto entity = record_entity(set, row.get_object());
        if (!passes(options, entity)) continue;
        ++count;
        if (gives && !full) full = !put(options, std::move(entity), at, out.entities);
      }
    const auto read = json::find_integer(*table, "records").value_or(0);
    offset += static_cast<std::uint64_t>(read);
    if (gives) at.passed = offset;
    const bool over = read < static_cast<std::int64_t>(kBatch);
    if (!over && !full && out.entities.size() >= kPageRows) {
      full = true;
      if (!at.top || *at.top > 0) out.next = at;
    }
    if (over || (full && !counts)) break;
  }
  if (counts) out.count = count;
  co_return out;
}

asio::awaitable<Result<json::array>> Feed::units() {
  json::object params;
  const auto answer = co_await ask("unit.list", std::move(params));
  if (!answer) co_return answer.error();
  json::array out;
  if (const auto* all = json::find_array(*answer, "units"))
    for (const auto& one : *all) out.push_back(unit_entity(one.get_object()));
  co_return out;
}

asio::awaitable<Result<json::array>> Feed::figures(const Options& options) {
  const auto custom = [&](const char* name) {
    const auto found = options.custom.find(name);
    return found == options.custom.end() ? std::string() : found->second;
  };
  const auto known = co_await units();
  if (!known) co_return known.error();
  const std::string unit = custom("unit");
  std::vector<const json::object*> asked;
  for (const auto& one : *known) {
    const auto& about = one.get_object();
    const bool named = json::find_text(about, "code") == unit || json::find_text(about, "id") == unit;
    if (custom("by") == "unit" ? json::find_bool(about, "readable").value_or(false) : !unit.empty() && named)
      asked.push_back(&about);
  }
  if (custom("by") != "unit" && unit.empty()) asked = {nullptr};
  if (asked.empty()) co_return Code::unknown_unit;
  const auto periods = custom("period").empty() ? usual_periods() : listed(custom("period"));
  if (periods.size() * asked.size() > kMaxReports)
    co_return Error{Code::bad_request,
                    "period",
                    {{"period", "too_many", "Nhiều kỳ và đơn vị quá; hãy nêu ít kỳ hơn.",
                      "Too many periods and units; name fewer periods."}}};
  json::array out;
  for (const auto& period : periods)
    for (const auto* one : asked) {
      const auto added = co_await add_figures(period, one, custom("unsent") == "true", out);
      if (!added) co_return added.error();
    }
  co_return out;
}

// As a file has them: under the checkpoint unless asked otherwise, and with small counts withheld.
asio::awaitable<Status> Feed::add_figures(const std::string& period, const json::object* unit, bool unsent,
                                          json::array& out) {
  json::object params{{"period", period}, {"format", "csv"}, {"unsent", unsent}};
  if (unit != nullptr) params["unit"] = json::find_text(*unit, "id").value_or("");
  const auto report = co_await ask("report.period", std::move(params));
  if (!report) co_return report.error();
  if (const auto* figures = json::find_array(*report, "figures"))
    for (const auto& figure : *figures)
      out.push_back(figure_entity(*report, period, unit, figure.get_object()));
  co_return Status();
}

}  // namespace gandan::cli
