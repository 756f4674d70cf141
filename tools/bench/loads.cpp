// A province's load on the server, over TLS from one thread: how long an acknowledgement takes while the
// server is half busy, how soon an office that waits sees what was sent, what ten thousand waiting requests
// cost, and whether ten thousand devices that come at once all get in.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>

#include "bench/lines.hpp"
#include "bench/measurements.hpp"
#include "bench/served.hpp"
#include "protocol/messages.hpp"

namespace gandan::bench {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using Moment = std::chrono::steady_clock::time_point;
using Place = std::pair<FeedId, std::uint64_t>;

constexpr std::uint64_t kWaitSeconds = protocol::Wait::kMaxSeconds;
constexpr std::size_t kStormAtOnce = 1000;
constexpr std::size_t kOpenedAtOnce = 64;  // while nothing but their number is measured
constexpr std::size_t kLinesOfClient =
    7;  // a device may have eight requests under way; one hangs in the air when its line was cut

double ms_between(Moment from, Moment to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

// The segments of others that an answer brings.
std::vector<Place> pulled(ByteView answer) {
  std::vector<Place> out;
  protocol::FrameReader frames;
  frames.push(answer);
  protocol::Run run;
  for (auto next = must(frames.next()); next; next = must(frames.next())) {
    if (next->type == protocol::FrameType::run) run = must(protocol::decode_run(next->payload));
    if (next->type == protocol::FrameType::pulled) out.emplace_back(run.feed, run.first++);
  }
  return out;
}

class Load {
 public:
  Load(Run& run, Served& served, const Certificate& certificate)
      : run_(run), served_(served), certificate_(certificate), tls_(client_tls(certificate.certificate)) {
    start();
  }

  void latency() {
    auto& clients = served_.crowd.clients;
    const std::size_t pushers = std::min(run_.scale.of(200, 4), clients.size() - 1);
    const std::size_t pushes = run_.scale.of(40, 6);
    make_lines(pushers + 1);
    const double seconds = push_all(pushers, pushes, 0);
    const double capacity = static_cast<double>(pushers * pushes) / seconds;
    watch(*clients.front());
    push_all(pushers, pushes, capacity / 2);
    let_arrive();
    Samples acknowledged, visible;
    for (const auto& [place, times] : pushed_) {
      acknowledged.add(ms_between(times.due, times.acknowledged));
      if (times.visible != Moment())
        visible.add(std::max(0.0, ms_between(times.acknowledged, times.visible)));
    }
    if (visible.count() != acknowledged.count())
      give_up(Error{Code::internal, "a push did not become visible"});
    char note[200];
    std::snprintf(note, sizeof note,
                  "%.0f pushes/s, half of %.0f that %zu connections reach on the same cores; median %.1f ms",
                  capacity / 2, capacity, pushers, acknowledged.median());
    run_.figures.add({"acknowledged_p99", "an acknowledgement at half load, 99 of 100", acknowledged.at(0.99),
                      "ms", Want::at_most, 50, note});
    std::snprintf(note, sizeof note, "from the acknowledgement, in the same load; median %.1f ms",
                  visible.median());
    run_.figures.add({"visible_p99", "visible at an office that waits, 99 of 100", visible.at(0.99), "ms",
                      Want::at_most, 1000, note});
  }

  void waiting() {
    auto& clients = served_.crowd.clients;
    const std::size_t count = clients.size() * kLinesOfClient;
    make_lines(count);
    open_polls(0, count / 10);  // what the first ones cost the process once
    const std::size_t before = server_->resident_bytes();
    open_polls(count / 10, count);
    const std::size_t more = count - count / 10;
    const double each =
        static_cast<double>(server_->resident_bytes() - before) / static_cast<double>(more) / 1024;
    if (failed_ != 0) give_up(Error{Code::internal, "requests that waited were refused"});
    run_.figures.add({"waiting_request", "the server's memory for a request that waits, over TLS", each,
                      "KiB", Want::at_most, 32,
                      "growth of its resident memory over " + std::to_string(more) + " more of them"});
    end_lines();
  }

  void storm() {
    auto& clients = served_.crowd.clients;
    const std::size_t count = clients.size() * kLinesOfClient;
    start();  // anew: nobody is connected
    make_lines(count);
    failed_ = 0;
    const double seconds = seconds_of([&] {
      next_ = 0;
      for (std::size_t i = 0; i < std::min(kStormAtOnce, count); ++i) spawn(sync_some(count));
      context_.restart();
      context_.run();
    });
    run_.figures.add({"storm_errors", std::to_string(count) + " devices at once after a restart: errors",
                      static_cast<double>(failed_), "", Want::at_most, 0,
                      "none is tried again; " + std::to_string(kStormAtOnce) +
                          " shake hands at a time, which is what one core plays in the server's patience"});
    run_.figures.add({"storm_seconds", "until all of them have synced", seconds, "s", Want::none, 0,
                      "handshakes of both sides on the same cores"});
    end_lines();
  }

 private:
  struct Times {
    Moment due, acknowledged, visible;
  };

  void start() {
    server_.reset();
    server_ = std::make_unique<ServerProcess>(run_.server_program, served_.data, certificate_, served_.store);
  }
  void make_lines(std::size_t count) {
    lines_.clear();
    for (std::size_t i = 0; i < count; ++i)
      lines_.push_back(std::make_unique<Line>(context_, tls_, server_->port(), i));
  }
  void end_lines() {
    for (auto& line : lines_) line->close();
    context_.restart();
    context_.run();
    lines_.clear();
  }
  void spawn(awaitable<void> work) { asio::co_spawn(context_, std::move(work), asio::detached); }

  // Every client pushes `pushes` times; at that rate in all, or as fast as it goes (0). Returns the seconds.
  double push_all(std::size_t pushers, std::size_t pushes, double rate) {
    auto& clients = served_.crowd.clients;
    pushed_.clear();
    for (std::size_t i = 1; i <= pushers; ++i) clients[i]->prepare(pushes, 1);
    under_way_ = pushers;
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < pushers; ++i)
      spawn(push(*lines_[i + 1], *clients[i + 1], begin, i, pushers, rate));
    context_.restart();
    while (under_way_ != 0) context_.run_one();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  awaitable<void> push(Line& line, Client& client, Moment begin, std::size_t number, std::size_t pushers,
                       double rate) {
    for (std::size_t k = 0; client.left() != 0; ++k) {
      Times times;
      times.due = std::chrono::steady_clock::now();
      if (rate > 0) {  // when it is due it is sent, and counted from then, however late the one before was
        const double seconds = static_cast<double>(k * pushers + number) / rate;
        times.due = begin + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                std::chrono::duration<double>(seconds));
        asio::steady_timer timer(context_, times.due);
        co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
      }
      const Place place{client.feed(), client.next_sequence()};
      const auto answer = co_await line.ask(client.next_request());
      if (!answer) give_up(Error{Code::internal, "a push was not answered"});
      times.acknowledged = std::chrono::steady_clock::now();
      client.accepted(*answer);
      auto& kept = pushed_[place];
      kept.due = times.due;
      kept.acknowledged = times.acknowledged;
    }
    --under_way_;
  }

  // An office's device that asks, waits, takes, and asks again.
  void watch(Client& office) {
    watching_ = true;
    bool ready = false;
    spawn(watch_on(*lines_[0], office, ready));
    context_.restart();
    while (!ready) context_.run_one();
  }
  awaitable<void> watch_on(Line& line, Client& office, bool& ready) {
    const auto first = co_await line.ask(office.nothing_new());
    if (!first) give_up(Error{Code::internal, "the office was refused"});
    office.watch_from(*first);
    ready = true;
    while (watching_) {
      const auto answer = co_await line.ask(office.nothing_new(kWaitSeconds));
      if (!answer) break;
      const auto now = std::chrono::steady_clock::now();
      for (const auto& place : pulled(*answer)) pushed_[place].visible = now;
      office.saw(*answer);
    }
  }
  // Until the office has seen all that was pushed, ten seconds at most.
  void let_arrive() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    const auto seen = [&] {
      return std::all_of(pushed_.begin(), pushed_.end(),
                         [](const auto& one) { return one.second.visible != Moment(); });
    };
    while (!seen() && std::chrono::steady_clock::now() < until)
      context_.run_one_for(std::chrono::milliseconds(100));
    watching_ = false;
    end_lines();
  }

  // Opens lines [from, to) and leaves a waiting request on each.
  void open_polls(std::size_t from, std::size_t to) {
    next_ = from;
    under_way_ = std::min(kOpenedAtOnce, to - from);
    for (std::size_t i = under_way_; i > 0; --i) spawn(open_some(to));
    context_.restart();
    while (under_way_ != 0) context_.run_one();
    // The last ones' requests have still to come there.
    context_.run_for(std::chrono::seconds(run_.scale.quick ? 1 : 3));
  }
  awaitable<void> open_some(std::size_t to) {
    while (next_ < to) {
      const std::size_t number = next_++;
      const bool opened = co_await lines_[number]->open();
      if (!opened) give_up(Error{Code::internal, "a connection was refused"});
      spawn(poll(*lines_[number], *served_.crowd.clients[number / kLinesOfClient]));
    }
    --under_way_;
  }
  awaitable<void> poll(Line& line, const Client& client) {
    const auto answer = co_await line.ask(client.nothing_new(kWaitSeconds));
    if (answer && !answered(*answer)) ++failed_;  // without one the line was closed here
  }
  awaitable<void> sync_some(std::size_t count) {
    auto& clients = served_.crowd.clients;
    while (next_ < count) {
      const std::size_t number = next_++;
      const auto answer = co_await lines_[number]->ask(clients[number % clients.size()]->nothing_new());
      if (!answer || !answered(*answer)) ++failed_;
    }
  }
  static bool answered(ByteView answer) {
    protocol::FrameReader frames;
    frames.push(answer);
    const auto first = frames.next();
    return first && *first && (*first)->type == protocol::FrameType::welcome;
  }

  Run& run_;
  Served& served_;
  const Certificate& certificate_;
  asio::io_context context_{1};
  asio::ssl::context tls_;
  std::unique_ptr<ServerProcess> server_;
  std::vector<std::unique_ptr<Line>> lines_;
  std::map<Place, Times> pushed_;
  std::size_t under_way_ = 0, next_ = 0, failed_ = 0;
  bool watching_ = false;
};

}  // namespace

void measure_load(Run& run) {
  allow_many_files();
  WorkFolder folder(run.folder.path("load"));
  Served served(folder, run.scale.of(1430, 8), run.store);
  const auto certificate = make_certificate(folder);
  Load load(run, served, certificate);
  load.latency();
  load.waiting();
  load.storm();
}

}  // namespace gandan::bench
