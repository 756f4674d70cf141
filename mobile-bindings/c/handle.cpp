#include "handle.hpp"

#include <future>

#include "log.hpp"
#include "network/network.hpp"
#include "runner/open_params.hpp"

using namespace gandan;

namespace {

constexpr std::int64_t kMostAutoLock = 86'400;  // seconds

// "record.add ok 12 ms", "sync.run net.unreachable 300 ms": the method and the code, and nothing else of
// either.
class Line {
 public:
  explicit Line(std::string_view request) {
    if (!c::logs(c::Level::debug)) return;
    const auto parsed = json::parse(request);
    if (parsed.ok() && parsed->is_object())
      method_ = json::find_text(parsed->get_object(), "method").value_or("");
    // What is no method's name may be anything, a secret in the wrong place, too.
    const bool name = method_.size() <= 40 &&
                      method_.find_first_not_of("abcdefghijklmnopqrstuvwxyz_.") == std::string::npos;
    if (!name) method_ = "?";
  }
  void end(std::string_view answer) const {
    if (!c::logs(c::Level::debug)) return;
    constexpr std::string_view kError = R"({"error":{"code":")";
    std::string_view code = "ok";
    if (answer.substr(0, kError.size()) == kError) {
      code = answer.substr(kError.size());
      code = code.substr(0, code.find('"'));
    }
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin_);
    c::log(c::Level::debug, method_, std::string(code) + ' ' + std::to_string(took.count()) + " ms");
  }

 private:
  std::string method_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace

std::unique_ptr<gandan_notebook> gandan_notebook::open(std::string_view options, std::string& error) {
  std::unique_ptr<gandan_notebook> out(new gandan_notebook);
  const auto started = [&]() -> Status {
    GANDAN_TRY(const auto parsed, json::parse(options));
    if (!parsed.is_object()) return Error{Code::bad_request, "options are an object"};
    app::Params p(parsed.get_object());
    OpenOptions open;
    open.folder = p.optional_path("folder").value_or("");
    const auto wish = shell::read_open_params(p);
    static_cast<Key&>(open) = wish.key;
    open.create = wish.create;
    open.locked = p.flag("locked");
    open.read_only = p.flag("read_only");
    open.auto_lock = p.integer_or("auto_lock", kPhoneAutoLock, 0, kMostAutoLock);
    if (const auto raw = p.optional_hash("raw_key")) open.raw_key = std::string(as_text(raw->view()));
    Seams seams;
    if (!p.flag("offline")) seams.transport = shell::connect;
    const json::object* clock = p.optional_object("clock");
    if (clock != nullptr) {
      app::Params c(*clock);
      const auto most = std::int64_t{1} << 52;
      const auto start = c.integer_or("start_ms", 0, 0, most);
      const auto step = c.integer_or("step_ms", 0, 0, most);
      GANDAN_CHECK(c.done());
      out->clock_ = c::SteppingClock::shared(start, step);
      seams.clock = out->clock_.get();
    }
    GANDAN_CHECK(p.done());
    out->runner_ = shell::Runner::start(std::move(open), std::move(seams), error);
    return {};
  }();
  if (!started) error = app::error_envelope(started.error());
  if (out->runner_ == nullptr) {
    c::log(c::Level::warning, "not_opened", {});
    return nullptr;
  }
  c::log(c::Level::info, "opened", {});
  out->runner_->listen([handle = out.get()] { handle->take_events(); });
  return out;
}

gandan_notebook::~gandan_notebook() {
  if (runner_ == nullptr) return;
  runner_->stop();  // its callbacks come here while it ends
  c::log(c::Level::info, "closed", {});
}

std::string gandan_notebook::request(const char* json) {
  if (clock_) clock_->step();
  const Line line(json);
  std::promise<std::string> answered;
  auto answer = answered.get_future();
  const auto id = runner_->request(
      json, [&answered](std::uint64_t, std::string text) { answered.set_value(std::move(text)); });
  std::string out = id == 0 ? app::error_envelope(Error{Code::too_many_requests}) : answer.get();
  line.end(out);
  return out;
}

std::uint64_t gandan_notebook::submit(const char* json, gandan_reply callback, void* user) {
  if (clock_) clock_->step();
  const Line line(json);
  if (callback == nullptr)
    return runner_->request(json, [this, line](std::uint64_t id, std::string answer) {
      line.end(answer);
      put({false, R"({"request":)" + std::to_string(id) + R"(,"answer":)" + answer + '}'});
    });
  return runner_->request(
      json,
      [line, callback, user](std::uint64_t id, std::string answer) {
        line.end(answer);
        callback(user, id, 1, answer.c_str());
      },
      [callback, user](std::uint64_t id, const std::string& event) { callback(user, id, 0, event.c_str()); });
}

void gandan_notebook::take_events() {
  for (const auto& event : runner_->events(last_event_)) {
    last_event_ = event.number;
    put({true, R"({"event":)" + event.json + '}'});
  }
}

void gandan_notebook::put(Note note) {
  {
    const std::lock_guard lock(mutex_);
    events_ += note.event ? 1 : 0;
    notes_.push_back(std::move(note));
    if (events_ > shell::Runner::kMaxEvents) {
      notes_.erase(std::find_if(notes_.begin(), notes_.end(), [](const Note& n) { return n.event; }));
      --events_;
    }
  }
  wake_.notify_one();
}

std::optional<std::string> gandan_notebook::wait(std::int64_t timeout_ms) {
  std::unique_lock lock(mutex_);
  const auto something = [this] { return !notes_.empty(); };
  constexpr std::int64_t kLongest = 86'400'000;  // what every clock can add to
  if (timeout_ms < 0)
    wake_.wait(lock, something);
  else
    wake_.wait_for(lock, std::chrono::milliseconds(std::min(timeout_ms, kLongest)), something);
  if (notes_.empty()) return std::nullopt;
  Note out = std::move(notes_.front());
  notes_.pop_front();
  events_ -= out.event ? 1 : 0;
  return std::move(out.json);
}
