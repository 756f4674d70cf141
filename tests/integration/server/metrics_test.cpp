// /metrics: its format, what it tells and to whom, and that what watches it names what there is.
#include <boost/json.hpp>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "wire_program.hpp"

namespace gandan::server::test {
namespace {

struct Family {
  std::string type;
  std::map<std::string, double> samples;  // by what stands before the value, without the family's name
};

// The families of a page; throws at what OpenMetrics 1.0 does not allow.
std::map<std::string, Family> parse(const std::string& page) {
  std::map<std::string, Family> out;
  std::istringstream lines(page);
  std::string line, name, last;
  const auto wrong = [&](const char* what) { throw std::runtime_error(std::string(what) + ": " + line); };
  static const std::regex sample(
      R"RE(([a-z_]+)(\{[a-z]+="[^"\\\n]*"(,[a-z]+="[^"\\\n]*")*\})? (-?[0-9.e+]+))RE");
  while (std::getline(lines, line)) {
    if (last == "# EOF") wrong("after the end");
    last = line;
    std::smatch parts;
    std::istringstream words(line);
    std::string hash, what, whose, rest;
    if (line == "# EOF") continue;
    if (line.rfind("# ", 0) == 0) {
      words >> hash >> what >> whose >> rest;
      if (what == "TYPE") {
        name = whose;
        if (!out.emplace(name, Family{rest, {}}).second) wrong("a family twice");
        if (rest != "counter" && rest != "gauge" && rest != "histogram") wrong("a type");
      } else if (whose != name || !out[name].samples.empty()) {
        wrong("about another family, or after its samples");
      } else if (what == "UNIT") {
        const std::string end = "_" + rest;
        if (name.size() < end.size() || name.substr(name.size() - end.size()) != end) wrong("a unit");
      } else if (what != "HELP" || rest.empty()) {
        wrong("a comment");
      }
      continue;
    }
    if (!std::regex_match(line, parts, sample)) wrong("a sample");
    const std::string full = parts[1];
    if (full.rfind(name, 0) != 0) wrong("a sample of another family");
    const std::string suffix = full.substr(name.size());
    const std::string& type = out[name].type;
    const bool right = type == "counter" ? suffix == "_total"
                       : type == "gauge" ? suffix.empty()
                                         : suffix == "_bucket" || suffix == "_count" || suffix == "_sum";
    if (!right) wrong("a suffix");
    if (!out[name].samples.emplace(suffix + parts[2].str(), std::stod(parts[4])).second)
      wrong("a sample twice");
  }
  if (last != "# EOF" || page.back() != '\n') wrong("no end");
  return out;
}

std::string content_of(const std::string& path) {
  std::ifstream in(path);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string handle(ByteView id) { return to_hex(id.first(4)); }

}  // namespace

TEST_CASE("the page of metrics is OpenMetrics, and tells what happened") {
  LiveParty party;
  const auto page = party.server.metrics();
  CHECK(page.status == 200);
  CHECK(page.raw_head.find("Content-Type: application/openmetrics-text; version=1.0.0") != std::string::npos);
  auto before = parse(page.text());
  CHECK(party.server.sync(party.push_body(5)).rejected() == "");
  TestDevice stranger(party.server.realm.random);
  auto feed = party.feed;
  auto forged = party.request();
  forged.run(feed.id, feed.next, feed.hash).segment(party.server.realm.segment(stranger, feed));
  CHECK(party.server.sync(forged).rejected() == "crypto.bad_signature");
  RequestBuilder unknown(party.server.realm, stranger);
  CHECK(party.server.sync(unknown).refused() == "roster.not_enrolled");
  auto after = parse(party.server.metrics().text());
  CHECK(after["gandan_rejections"].samples["_total{code=\"crypto.bad_signature\"}"] == 1);
  CHECK(after["gandan_refusals"].samples["_total{code=\"roster.not_enrolled\"}"] == 1);
  const std::string realm = "{realm=\"" + handle(party.server.realm.id.view()) + "\"}";
  CHECK(after["gandan_ledger_entries"].samples[realm] == before["gandan_ledger_entries"].samples[realm] + 5);
  CHECK(after["gandan_realm_used_bytes"].samples[realm] >
        before["gandan_realm_used_bytes"].samples[realm] + 500);
  CHECK(after["gandan_realm_healthy"].samples[realm] == 1);
  CHECK(after["gandan_queue_submissions"].samples[realm] == 0);
  for (const std::string name : {"gandan_commit_seconds", "gandan_acknowledge_seconds"}) {
    auto& now = after[name].samples;
    CHECK(now["_count"] > before[name].samples["_count"]);
    CHECK(now["_count"] == now["_bucket{le=\"+Inf\"}"]);
    double last = 0;
    for (const char* bound :
         {"0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1", "5", "30"}) {
      REQUIRE(now.count("_bucket{le=\"" + std::string(bound) + "\"}") == 1);
      CHECK(now["_bucket{le=\"" + std::string(bound) + "\"}"] >= last);
      last = now["_bucket{le=\"" + std::string(bound) + "\"}"];
    }
  }
  CHECK(after["gandan_acknowledge_seconds"].samples["_count"] ==
        before["gandan_acknowledge_seconds"].samples["_count"] + 5);
  CHECK(after["gandan_disk_size_bytes"].samples[""] > after["gandan_disk_free_bytes"].samples[""]);
  CHECK((after["gandan_store_bytes"].samples[""] > 0) == !on_postgresql());
  const double days = (after["gandan_certificate_expiry_timestamp_seconds"].samples[""] * 1000 -
                       static_cast<double>(system_clock().wall_ms())) /
                      86'400'000;
  CHECK(days > 0.9);
  CHECK(days < 1.1);
  if (on_postgresql()) CHECK(after["gandan_sequencer_fence"].samples[realm] >= 1);
}

TEST_CASE("devices that are silent for long are named by their handles, and by nothing more") {
  LiveParty party;
  auto& realm = party.server.realm;
  const auto silent = [&] { return parse(party.server.metrics().text()); };
  const std::string of_realm = "{realm=\"" + handle(realm.id.view()) + "\"}";
  const auto named = [&](std::map<std::string, Family>& page, const TestDevice& device) {
    return page["gandan_device_silent_seconds"].samples.count(
               "{realm=\"" + handle(realm.id.view()) + "\",device=\"" + handle(device.id().view()) + "\"}") ==
           1;
  };
  CHECK(party.server.sync(party.push_body(1)).rejected() == "");
  auto page = silent();
  const double devices = page["gandan_devices"].samples[of_realm];
  CHECK(devices >= 2);  // the administrator and the phone
  CHECK(page["gandan_devices_silent"].samples[of_realm] == 0);
  party.server.clock.advance(20LL * 86'400'000);
  page = silent();
  CHECK(page["gandan_devices_silent"].samples[of_realm] == devices);
  CHECK(named(page, party.phone));
  CHECK(named(page, realm.admin));
  // Whoever asks is heard of, without bringing anything.
  auto ask = party.request();
  CHECK(party.server.sync(ask).refused() == "");
  page = silent();
  CHECK(page["gandan_devices_silent"].samples[of_realm] == devices - 1);
  CHECK_FALSE(named(page, party.phone));
  // And by its last segment also a server that was started since.
  party.server.clock.advance(20LL * 86'400'000);
  party.server.close();
  party.server.listen();
  page = silent();
  CHECK(named(page, party.phone));
  CHECK_FALSE(named(page, realm.admin));  // it wrote nothing: unknown, and not called silent
  const std::string text = party.server.metrics().text();
  for (const auto& id : {to_hex(party.phone.id().view()), to_text(party.phone.id()), to_hex(realm.id.view()),
                         party.server.address()})
    CHECK(text.find(id) == std::string::npos);
}

TEST_CASE("no stranger reads the metrics: they are on this machine alone") {
  LiveParty party;
  CHECK(party.server.client().get("/metrics")->status == 404);
  CHECK(get_in_clear(party.server.metrics_port(), "/healthz")->text() == "ok\n");
  CHECK(get_in_clear(party.server.metrics_port(), "/v1/sync")->status == 404);
  // Who says nothing, or never ends, keeps nobody else from reading.
  std::vector<std::unique_ptr<Socket>> slow;
  for (int i = 0; i < 10; ++i) {
    slow.push_back(std::make_unique<Socket>(party.server.metrics_port()));
    slow.back()->send(as_bytes("GET /metr"));
  }
  CHECK(parse(party.server.metrics().text()).count("gandan_connections") == 1);
  CHECK(slow[0]->closed());
  const auto elsewhere = gandan_server({"run", "--data", "x", "--cert", "c", "--key", "k", "--check-config",
                                        "--metrics-listen", "0.0.0.0:9464"});
  CHECK(elsewhere.err.find("· --metrics-listen: ") != std::string::npos);
}

TEST_CASE("the board and the alerts name metrics and labels that there are") {
  LiveParty party;
  std::set<std::string> there;
  for (const auto& [name, family] : parse(party.server.metrics().text())) {
    if (family.type == "gauge") there.insert(name);
    if (family.type == "counter") there.insert(name + "_total");
    if (family.type == "histogram")
      for (const char* suffix : {"_bucket", "_count", "_sum"}) there.insert(name + suffix);
  }
  const std::string folder = GANDAN_SOURCE_DIR "/sync-server/operations/";
  const std::string board = content_of(folder + "dashboard.json"), alerts = content_of(folder + "alerts.yml");
  CHECK(boost::json::parse(board).at("panels").as_array().size() > 10);
  static const std::regex name("gandan_[a-z_]+");
  for (const auto& text : {board, alerts}) {
    std::size_t count = 0;
    for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at, ++count) {
      INFO(at->str());
      CHECK(there.count(at->str()) == 1);
    }
    CHECK(count > 15);
  }
  // A code that an alert waits for is one.
  static const std::regex code("code=\\\\?\"([a-z._]+)\\\\?\"");
  std::size_t codes = 0;
  for (std::sregex_iterator at(alerts.begin(), alerts.end(), code), end; at != end; ++at, ++codes)
    CHECK(code_from_text((*at)[1].str()));
  CHECK(codes == 2);
}

TEST_CASE("a device that pushes garbage at full speed is throttled and named, and the others are served") {
  ServedProgram served(2);
  served.server.start({}, {"--device-rate", "5", "--metrics-listen", "127.0.0.1:0"});
  served.introduce();
  TestDevice other(served.realm.random);
  int taken = 0;
  auto client = served.server.client();
  for (; taken < 400; ++taken) {
    RequestBuilder garbage(served.realm, *served.devices[0]);
    auto feed = served.feeds[0];
    garbage.run(feed.id, feed.next, feed.hash).segment(served.realm.segment(other, feed));
    const auto answer = parse_sync(client.post_sync(served.body(garbage)), served.note_key());
    if (answer.refused() == "net.busy") break;
    CHECK(answer.rejected() == "crypto.bad_signature");
  }
  CHECK(taken < 150);  // a burst is 100, each brings one thing that is refused
  CHECK(taken > 20);
  CHECK(served.sync(served.push_body(1, 2)).rejected() == "");
  for (int i = 0; i < 5; ++i) {
    RequestBuilder more(served.realm, *served.devices[0]);
    (void)client.post_sync(served.body(more));
  }
  const std::string phone = handle(served.devices[0]->id().view());
  const std::string log = served.server.log();
  const auto first = log.find("\"event\":\"device_throttled\"");
  REQUIRE(first != std::string::npos);
  CHECK(log.find("device " + phone) != std::string::npos);
  CHECK(log.find("\"event\":\"device_throttled\"", first + 1) == std::string::npos);  // once a minute
  CHECK(log.find(to_hex(served.devices[0]->id().view())) == std::string::npos);
  const auto port = served.server.metrics_port();
  CHECK(get_in_clear(port, "/metrics")
            ->text()
            .find("gandan_device_throttled{realm=\"" + handle(served.realm.id.view()) + "\",device=\"" +
                  phone + "\"} 1\n") != std::string::npos);
}

}  // namespace gandan::server::test
