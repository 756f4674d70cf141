#include "runner/runner.hpp"

#include <chrono>

#include "app/envelope.hpp"
#include "runner/open_params.hpp"

namespace gandan::shell {
namespace {

// What a timer asks: it locks when the time has come, and says how long it has still.
constexpr std::string_view kLockIfIdle =
    R"({"method":"vault.lock","params":{"if_idle":true},"background":true})";
// A little later than the notebook says, so that its clock agrees.
constexpr auto kLockSlack = std::chrono::milliseconds(20);

std::string refusal(Code code) { return app::error_envelope(Error{code}); }

// One exception barrier for work that is not the notebook's.
template <class F>
std::string barrier(F f) {
  try {
    return f();
  } catch (const std::bad_alloc&) {
    return refusal(Code::out_of_memory);
  } catch (const std::exception& e) {
    return app::error_envelope(Error{Code::internal, e.what()});
  }
}

}  // namespace

std::unique_ptr<Runner> Runner::start(OpenOptions options, Seams seams, std::string& error) {
  std::unique_ptr<Runner> out(new Runner);
  options.progress = [runner = out.get()](const std::string& json) { runner->on_progress(json); };
  out->notebook_ = Notebook::open(options, seams, error);
  if (out->notebook_ == nullptr) return nullptr;
  out->options_.folder = options.folder;
  out->options_.auto_lock = options.auto_lock;
  out->options_.progress = options.progress;
  out->seams_ = std::move(seams);
  out->look_at_lock();
  out->thread_ = std::thread([runner = out.get()] { runner->run(); });
  return out;
}

void Runner::stop() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    cancelled_ = true;
    if (running_ != 0) notebook_->cancel();
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::uint64_t Runner::put(std::function<std::string()> work, Done done, Progress progress) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= kMaxWaiting || ending_) return 0;
  waiting_.push_back({++last_id_, std::move(work), std::move(done), std::move(progress)});
  wake_.notify_all();
  return last_id_;
}

std::uint64_t Runner::request(std::string json, Done done, Progress progress) {
  return put([this, json = std::move(json)] { return notebook_->request(json); }, std::move(done),
             std::move(progress));
}

std::uint64_t Runner::open(std::string json, Done done) {
  return put([this, json = std::move(json)] { return open_now(json); }, std::move(done), {});
}

void Runner::cancel(std::uint64_t id) {
  std::optional<Item> dropped;
  {
    const std::lock_guard lock(mutex_);
    if (running_ != 0 && (id == 0 || id == running_)) {
      cancelled_ = true;
      notebook_->cancel();
      return;
    }
    for (auto item = waiting_.begin(); item != waiting_.end() && id != 0; ++item) {
      if (item->id != id) continue;
      dropped = std::move(*item);
      waiting_.erase(item);
      break;
    }
  }
  if (dropped) dropped->done(dropped->id, refusal(Code::cancelled));
}

State Runner::state() const {
  return {!options_.folder.empty() && Notebook::has_vault(options_.folder), open_.load()};
}

void Runner::run() {
  for (;;) {
    Item item;
    {
      std::unique_lock lock(mutex_);
      const auto something = [this] { return ending_ || !waiting_.empty(); };
      if (lock_due_)
        wake_.wait_until(lock, *lock_due_, something);
      else
        wake_.wait(lock, something);
      if (ending_) break;
      if (!waiting_.empty()) {
        item = std::move(waiting_.front());
        waiting_.pop_front();
        running_ = item.id;
        cancelled_ = false;
      }
    }
    if (item.id != 0) end(item);
    look_at_lock();
  }
  std::deque<Item> left;
  {
    const std::lock_guard lock(mutex_);
    left.swap(waiting_);
  }
  for (auto& item : left) item.done(item.id, refusal(Code::cancelled));
}

void Runner::end(Item& item) {
  item_ = &item;
  std::string answer = barrier([&] { return item.work(); });
  item_ = nullptr;
  {
    const std::lock_guard lock(mutex_);
    running_ = 0;
  }
  look_at_lock();  // before the answer, so that whoever has it sees the state that followed from it
  item.done(item.id, std::move(answer));
}

// Locks when it is time to; finds out when it will be, and whether the vault is open.
void Runner::look_at_lock() {
  const bool was_open = open_.load();
  const auto asked_late = lock_due_ && std::chrono::steady_clock::now() >= *lock_due_;
  lock_due_.reset();
  const auto answer = json::parse(notebook_->request(kLockIfIdle));
  const auto* ok =
      answer.ok() && answer->is_object() ? json::find_object(answer->get_object(), "ok") : nullptr;
  const bool open = ok != nullptr && !json::find_bool(*ok, "locked").value_or(true);
  open_.store(open);
  if (const auto after = ok == nullptr ? std::nullopt : json::find_integer(*ok, "after_ms"))
    lock_due_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(*after) + kLockSlack;
  if (was_open && !open && asked_late) add_event(0, R"("method":"vault.lock","locked":true)");
}

std::string Runner::open_now(std::string_view text) {
  const auto parsed = json::parse(text);
  if (!parsed) return app::error_envelope(parsed.error());
  if (!parsed->is_object()) return refusal(Code::bad_request);
  json::object given = parsed->get_object();
  app::Params params(given);
  const OpenParams wish = read_open_params(params);
  if (const auto read = params.done(); !read) return app::error_envelope(read.error());
  if (options_.folder.empty()) return refusal(Code::vault_missing);
  if (!Notebook::has_vault(options_.folder))
    return wish.create ? make_vault(wish.key) : refusal(Code::vault_missing);
  given.erase("create");
  return notebook_->request(
      json::compact(json::object{{"method", "vault.unlock"}, {"params", std::move(given)}}));
}

std::string Runner::make_vault(const Key& key) {
  OpenOptions options = options_;
  static_cast<Key&>(options) = key;
  options.create = true;
  std::string error;
  auto made = Notebook::open(options, seams_, error);
  if (made == nullptr) return error;
  const std::lock_guard lock(mutex_);
  notebook_ = std::move(made);
  return app::ok_envelope(json::object{{"unlocked", true}, {"holder", ""}});
}

// {"method", …}: the events' own members go in front.
void Runner::on_progress(const std::string& json) {
  std::uint64_t request = 0;
  {
    const std::lock_guard lock(mutex_);
    request = running_;
    // A cancel that came before the notebook had begun would be lost on it.
    if (cancelled_ && notebook_ != nullptr) notebook_->cancel();
  }
  const bool its_own = item_ != nullptr && item_->progress;
  add_event(request, std::string_view(json).substr(1, json.size() - 2), its_own ? &item_->progress : nullptr);
}

void Runner::add_event(std::uint64_t request, std::string_view members, const Progress* to) {
  Event event;
  {
    const std::lock_guard lock(mutex_);
    event.number = ++last_event_;
    event.json = R"({"number":)" + std::to_string(event.number) + R"(,"request":)" + std::to_string(request) +
                 ',' + std::string(members) + '}';
    if (to == nullptr) {
      events_.push_back(event);
      if (events_.size() > kMaxEvents) events_.pop_front();
    }
  }
  if (to != nullptr) {
    (*to)(request, event.json);
    return;
  }
  const std::lock_guard lock(listener_mutex_);
  if (listener_) listener_();
}

std::vector<Event> Runner::events(std::uint64_t after) const {
  const std::lock_guard lock(mutex_);
  std::vector<Event> out;
  for (const auto& event : events_)
    if (event.number > after) out.push_back(event);
  return out;
}

std::uint64_t Runner::last_event() const {
  const std::lock_guard lock(mutex_);
  return last_event_;
}

void Runner::listen(std::function<void()> listener) {
  const std::lock_guard lock(listener_mutex_);
  listener_ = std::move(listener);
}

}  // namespace gandan::shell
