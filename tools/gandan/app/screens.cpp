#include "gandan/app/screens.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>

#include "app/envelope.hpp"
#include "crypto/secret.hpp"
#include "gandan/app/asking.hpp"

namespace gandan::cli {

namespace asio = boost::asio;

namespace {

constexpr auto kEventWait = std::chrono::seconds(25);  // under the half minute that networks like to cut at
constexpr std::uint64_t kMaxSmall = 64 * 1024;         // bytes: every body but requests and files
constexpr std::size_t kMaxCallName = 64;               // bytes
constexpr std::size_t kMaxEarly = 64;                  // calls that were cancelled before they came

// Printed minutes are pages with styles of their own: shown, never run.
constexpr const char* kFilePolicy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "sandbox allow-same-origin allow-modals; frame-ancestors 'self'";

struct Target {
  std::string_view path, query;
};
Target split(std::string_view target) {
  const auto mark = std::min(target.find('?'), target.size());
  return {target.substr(0, mark), target.substr(std::min(mark + 1, target.size()))};
}

// Room on the disk of that folder, or of where it will be; nothing where the system does not say.
std::optional<json::object> disk_json(std::filesystem::path folder) {
  std::error_code error;
  folder = std::filesystem::absolute(folder, error);
  while (!std::filesystem::exists(folder, error) && folder.has_relative_path()) folder = folder.parent_path();
  const auto space = std::filesystem::space(folder, error);
  if (error) return std::nullopt;
  return json::object{{"free", json::integer(static_cast<std::int64_t>(space.available))},
                      {"size", json::integer(static_cast<std::int64_t>(space.capacity))}};
}

// A member of a query, without its percent signs; empty when absent or malformed.
std::string member(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto part = query.substr(0, end);
    if (part.size() > name.size() && part.substr(0, name.size()) == name && part[name.size()] == '=')
      return percent_decoded(part.substr(name.size() + 1)).value_or("");
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return {};
}

std::string cookie(std::string_view cookies, std::string_view name) {
  while (!cookies.empty()) {
    const auto end = std::min(cookies.find(';'), cookies.size());
    auto part = cookies.substr(0, end);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    if (part.size() > name.size() && part.substr(0, name.size()) == name && part[name.size()] == '=')
      return std::string(part.substr(name.size() + 1));
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
  }
  return {};
}

bool same_secret(const std::string& ours, const std::string& theirs) {
  return !ours.empty() && crypto::constant_time_equal(as_bytes(ours), as_bytes(theirs));
}

bool is_api(std::string_view path) {
  for (const auto known : {"/session", "/state", "/open", "/request", "/cancel", "/events", "/files"})
    if (path == known) return true;
  return false;
}

HttpAnswer json_answer(std::string body, unsigned status = 200) {
  HttpAnswer out;
  out.status = status;
  out.body = std::move(body);
  out.headers = {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}};
  return out;
}
HttpAnswer error_answer(unsigned status, const Error& error) {
  return json_answer(app::error_envelope(error), status);
}
HttpAnswer error_answer(unsigned status, Code code) { return error_answer(status, Error{code}); }

}  // namespace

// An asker of /events for whom there was nothing new.
struct Screens::Waiter {
  explicit Waiter(asio::io_context& context) : timer(context) {}
  asio::steady_timer timer;
};

Screens::Screens(Loopback& loopback, shell::Runner& runner, FileExchange& files, Folders folders,
                 server::Site site)
    : loopback_(loopback),
      runner_(runner),
      files_(files),
      folders_(std::move(folders)),
      site_(std::move(site)),
      host_(loopback.host()),
      // Cookies know no ports: two programs on one machine must not share a name.
      cookie_name_("gandan-" + std::to_string(loopback.port())),
      token_(new_secret()) {
  runner_.listen([this] {
    asio::post(loopback_.context(), [this] {
      for (auto* waiter : waiters_) waiter->timer.cancel();
    });
  });
}
Screens::~Screens() { runner_.listen({}); }

std::string Screens::address() const { return "http://" + host_ + "/#token=" + token_; }

bool Screens::from_here(const HttpHead& head) const {
  const bool local = loopback_.is_here(head.host);
  const bool own_origin = head.origin == "http://" + head.host;
  const bool changes = head.method != "GET";
  const bool fetched_here =
      head.fetch_site.empty() || head.fetch_site == "same-origin" || head.fetch_site == "none";
  return local && (own_origin || (head.origin.empty() && !changes)) && fetched_here;
}

bool Screens::has_session(const HttpHead& head) const {
  return same_secret(session_, cookie(head.cookie, cookie_name_));
}

HttpAnswer Screens::fault(unsigned status, Code code) { return error_answer(status, code); }

Handler::Plan Screens::plan(const HttpHead& head) {
  const auto refuse = [](unsigned status, const auto& why) {
    Plan out;
    out.refusal = error_answer(status, why);
    return out;
  };
  const auto [path, query] = split(head.target);
  Plan plan;
  if (!is_api(path)) {
    // The static files are no secret; but a stranger's name for this address gets nothing at all.
    if (!loopback_.is_here(head.host)) return refuse(403, Code::foreign_page);
    if (head.method != "GET") return refuse(405, Code::bad_request);
    return plan;
  }
  if (!from_here(head)) return refuse(403, Code::foreign_page);
  if (path != "/session" && !has_session(head)) return refuse(401, Code::no_session);
  const bool post = head.method == "POST";
  const bool reads = path == "/state" || path == "/events";
  const bool allowed = reads
                           ? head.method == "GET"
                           : post || (path == "/files" && (head.method == "GET" || head.method == "DELETE"));
  if (!allowed) return refuse(405, Code::bad_request);
  if (!post) return plan;
  // Types that no form can send: the browser asks before a stranger's page may.
  const std::string_view wanted = path == "/files" ? "application/octet-stream" : "application/json";
  if (head.content_type.compare(0, wanted.size(), wanted) != 0)
    return refuse(415, Error{Code::bad_request, "Content-Type must be " + std::string(wanted)});
  plan.max_body = path == "/request" ? kMaxRequest : kMaxSmall;
  if (path == "/files") {
    auto place = files_.place(member(query, "name"));
    if (!place) return refuse(500, place.error());
    plan.spool = std::move(*place);
    plan.max_body = files_.room();
  }
  return plan;
}

Screens::Answer Screens::answer(const HttpHead& head, const Plan& plan, std::string body) {
  const auto [path, query] = split(head.target);
  if (path == "/request" || path == "/open")
    co_return co_await ask(path == "/open", std::move(body), member(query, "call"));
  if (path == "/events") {
    std::uint64_t after = 0;
    const std::string text = member(query, "after");
    std::from_chars(text.data(), text.data() + text.size(), after);
    co_return co_await events(after);
  }
  if (path == "/session") co_return begin_session(body);
  if (path == "/state") {
    const auto state = runner_.state();
    json::object out{{"vault", state.vault},
                     {"open", state.open},
                     {"version", Notebook::version()},
                     {"event", runner_.last_event()}};
    if (auto disk = disk_json(folders_.vault)) out["disk"] = std::move(*disk);
    co_return json_answer(json::compact(out));
  }
  if (path == "/cancel") co_return cancel(body);
  if (path == "/files" && plan.spool) {
    // A place to write to has nothing in it: methods do not overwrite.
    if (member(query, "for") == "output") {
      std::error_code ignored;
      std::filesystem::remove(*plan.spool, ignored);
    }
    co_return json_answer(json::compact(json::object{{"path", plan.spool->string()}}));
  }
  if (path == "/files") co_return file(head, member(query, "path"), member(query, "download") == "1");
  co_return static_file(head, path);
}

HttpAnswer Screens::static_file(const HttpHead& head, std::string_view path) {
  path.remove_prefix(std::min<std::size_t>(1, path.size()));
  // What was built meanwhile is there after a reload of the page.
  if (path.empty() || path == "index.html")
    if (auto fresh = server::Site::load(folders_.site)) site_ = std::move(*fresh);
  const auto* found = site_.find(path);
  if (found == nullptr) return error_answer(404, Code::not_found);
  const auto& body = found->accepted(head.accept_encoding);
  HttpAnswer out;
  out.type = std::string(found->type);
  out.body = std::string(as_text(body.bytes));
  for (const auto& header : server::site_headers())
    out.headers.emplace_back(std::string(header.name), std::string(header.value));
  out.headers.emplace_back("Cache-Control", "no-store");
  if (!body.encoding.empty()) out.headers.emplace_back("Content-Encoding", std::string(body.encoding));
  return out;
}

HttpAnswer Screens::begin_session(const std::string& body) {
  const auto parsed = json::parse(body);
  const auto token =
      parsed.ok() && parsed->is_object() ? json::find_text(parsed->get_object(), "token") : std::nullopt;
  if (!token || !same_secret(token_, *token)) return error_answer(401, Code::no_session);
  token_.clear();
  session_ = new_secret();
  auto out = json_answer("{}");
  out.headers.emplace_back("Set-Cookie",
                           cookie_name_ + "=" + session_ + "; Path=/; HttpOnly; SameSite=Strict");
  return out;
}

HttpAnswer Screens::file(const HttpHead& head, const std::string& path, bool download) {
  const auto found = files_.find(path);
  if (!found) return error_answer(404, found.error());
  if (head.method == "DELETE") {
    const auto removed = files_.remove(path);
    return removed ? json_answer("{}") : error_answer(404, removed.error());
  }
  HttpAnswer out;
  out.type = std::string(server::site_media_type(path));
  out.file = *found;
  out.headers = {{"Cache-Control", "no-store"},
                 {"X-Content-Type-Options", "nosniff"},
                 {"Content-Security-Policy", kFilePolicy},
                 {"Cross-Origin-Resource-Policy", "same-origin"},
                 {"Cross-Origin-Embedder-Policy", "require-corp"}};
  if (download) out.headers.emplace_back("Content-Disposition", "attachment");
  return out;
}

// The runner's answer, on this thread again.
Screens::Answer Screens::ask(bool opens, std::string body, std::string call) {
  if (call.size() > kMaxCallName) co_return error_answer(400, Error{Code::bad_request, "call"});
  if (const auto early = std::find(cancelled_early_.begin(), cancelled_early_.end(), call);
      !call.empty() && early != cancelled_early_.end()) {
    cancelled_early_.erase(early);
    co_return json_answer(app::error_envelope(Error{Code::cancelled}));
  }
  const auto begin = [&](const shell::Runner::Done& done) {
    const auto id = opens ? runner_.open(std::move(body), done) : runner_.request(std::move(body), done);
    if (id != 0 && !call.empty()) calls_[call] = id;
    return id;
  };
  std::string answer = co_await ask_runner(loopback_.context(), begin);
  calls_.erase(call);
  co_return json_answer(std::move(answer));
}

// The call with that name, or the one that runs.
HttpAnswer Screens::cancel(const std::string& body) {
  const auto parsed = json::parse(body);
  if (!parsed.ok() || !parsed->is_object()) return error_answer(400, Code::bad_request);
  const auto call = json::find_text(parsed->get_object(), "call").value_or("");
  if (call.size() > kMaxCallName) return error_answer(400, Error{Code::bad_request, "call"});
  const auto known = calls_.find(call);
  if (call.empty()) {
    runner_.cancel(0);
  } else if (known != calls_.end()) {
    runner_.cancel(known->second);
  } else {
    cancelled_early_.push_back(call);
    if (cancelled_early_.size() > kMaxEarly) cancelled_early_.pop_front();
  }
  return json_answer("{}");
}

// A JSON array of what came after that number; waits a while when there is nothing yet.
Screens::Answer Screens::events(std::uint64_t after) {
  after = std::min(after, runner_.last_event());
  auto found = runner_.events(after);
  if (found.empty()) {
    Waiter waiter(loopback_.context());
    const auto place = waiters_.insert(waiters_.end(), &waiter);
    waiter.timer.expires_after(kEventWait);
    co_await waiter.timer.async_wait(asio::as_tuple(asio::use_awaitable));
    waiters_.erase(place);
    found = runner_.events(after);
  }
  std::string out = "[";
  for (const auto& event : found) out += (out.size() > 1 ? "," : "") + event.json;
  co_return json_answer(out + "]");
}

}  // namespace gandan::cli
