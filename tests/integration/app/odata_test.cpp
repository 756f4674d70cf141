// What a spreadsheet gets of 'gandan odata', and what nobody gets.
#include <sys/stat.h>

#include "browser.hpp"
#include "gandan/notebook.hpp"

using namespace gandan;
using namespace gandan::test;

namespace odata_test {
namespace {

// A vault with a realm, visits and a meeting, and the feed of it.
struct FeedProgram {
  explicit FeedProgram(std::size_t visits = 3) {
    make(visits);
    start();
  }
  void make(std::size_t visits) {
    OpenOptions options;
    options.folder = folder / "vault";
    options.passphrase = "mật khẩu dài của sổ";
    options.create = true;
    std::string error;
    const auto notebook = Notebook::open(options, {}, error);
    INFO(error);
    REQUIRE(notebook != nullptr);
    const auto ask = [&](const std::string& method, json::object params) {
      const auto answer =
          notebook->request(json::compact(json::object{{"method", method}, {"params", std::move(params)}}));
      INFO(answer);
      REQUIRE(answer.rfind(R"({"ok")", 0) == 0);
      return json::parse(answer)->get_object()["ok"].get_object();
    };
    ask("realm.create", {{"name", "Tỉnh Thử"},
                         {"code", "20"},
                         {"ledger_key", std::string(64, 'a')},
                         {"root_passphrase", "mật khẩu của khoá gốc"},
                         {"root_key_file", std::string(folder / "root.key")},
                         {"card_file", std::string(folder / "card")}});
    for (std::size_t i = 1; i <= visits; ++i) {
      const std::string day = i < 10 ? "0" + std::to_string(i) : std::to_string(i % 20 + 10);
      const auto added =
          ask("record.add",
              {{"kind", "mobilisation_visit"},
               {"record",
                json::object{
                    {"project", "Đường vành đai"},
                    {"household", "H" + std::to_string(100 + i)},
                    {"stage", "inventory"},
                    {"start", "2026-09-" + day + "T02:00:00Z"},
                    {"end", "2026-09-" + day + "T03:00:00Z"},
                    {"place", "Nhà văn hoá \"Bản Áng\" & khu 2"},
                    {"position", json::object{{"latitude_e7", 218500000 + std::int64_t(i)},
                                              {"longitude_e7", 1067600000},
                                              {"accuracy_cm", 850}}},
                    {"met", "family"},
                    {"issues", json::array{"price", "resettlement"}},
                    {"team", json::array{json::object{{"name", "Tổ trưởng"}, {"organisation", "ubnd"}},
                                         json::object{{"name", "Tổ viên"}, {"organisation", "mttq"}}}}}}});
      ids.push_back(std::string(added.at("id").get_string()));
    }
    ask("record.add", {{"kind", "denunciation"}, {"record", json::object{{"received_on", "2026-09-01"}}}});
  }
  void start(const std::vector<std::string>& more = {}) {
    program.reset();
    std::filesystem::remove(folder / "out");
    ::setenv("GANDAN_PASSPHRASE", "mật khẩu dài của sổ", 1);
    std::vector<std::string> arguments{GANDAN_PROGRAM, "--vault", folder / "vault", "odata", "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    program = std::make_unique<Program>(arguments, folder / "out", folder / "err");
    std::string said;
    while (said.find('\n') == std::string::npos) {
      if (!program->running())
        throw std::runtime_error("gandan odata ends: " + AppProgram::text(folder / "err"));
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      said = AppProgram::text(folder / "out");
    }
    const std::string begin = "http://127.0.0.1:";
    const auto at = said.find(begin) + begin.size();
    port = static_cast<std::uint16_t>(std::stoul(said.substr(at)));
    const auto slash = said.find('/', at);
    path = said.substr(slash, said.find('"', slash) - slash);
  }
  HttpResponse get(const std::string& what) const { return Browser(port).get(path + what); }
  json::object ok(const std::string& what) const {
    const auto answer = get(what);
    INFO(what << "\n" << answer.raw_head << answer.text());
    CHECK(answer.status == 200);
    return Browser::object(answer);
  }
  std::string refused(const std::string& what, int status) const {
    const auto answer = get(what);
    INFO(what << "\n" << answer.raw_head << answer.text());
    CHECK(answer.status == status);
    return std::string(Browser::object(answer).at("error").at("message").get_string());
  }

  Folder folder;
  std::vector<std::string> ids;
  std::unique_ptr<Program> program;
  std::uint16_t port = 0;
  std::string path;  // "/odata/TOKEN/"
};

std::string texts(const json::object& answer, const std::string& property) {
  std::string out;
  for (const auto& one : answer.at("value").get_array())
    out += std::string(one.at(property).get_string()) + " ";
  return out;
}

}  // namespace

TEST_CASE("the service names its sets, and the metadata their types") {
  const FeedProgram feed;
  const auto service = feed.get("");
  CHECK(service.status == 200);
  CHECK(service.headers.at("odata-version") == "4.0");
  CHECK(service.headers.at("content-type") == "application/json;odata.metadata=minimal;charset=utf-8");
  const auto root = Browser::object(service);
  const std::string address = "http://127.0.0.1:" + std::to_string(feed.port) + feed.path;
  CHECK(root.at("@odata.context").get_string() == address + "$metadata");
  const std::string names = texts(root, "name");
  for (const auto* name : {"units ", "figures ", "mobilisation_visit ", "mobilisation_visit_team "})
    CHECK(names.find(name) != std::string::npos);
  const auto metadata = feed.get("$metadata");
  CHECK(metadata.headers.at("content-type") == "application/xml");
  const std::string xml = metadata.text();
  for (const auto* part : {R"(<EntityType Name="mobilisation_visit_row">)",
                           R"(<Property Name="start" Type="Edm.DateTimeOffset")",
                           R"(<Property Name="position_latitude" Type="Edm.Double")",
                           R"(<Key><PropertyRef Name="record_id"/><PropertyRef Name="item_id"/></Key>)",
                           R"(<EntitySet Name="figures" EntityType="gandan.figures_row">)"})
    CHECK(xml.find(part) != std::string::npos);
}

TEST_CASE("records are rows with typed values, labels beside codes, and times of Viet Nam") {
  const FeedProgram feed;
  const auto answer = feed.ok("mobilisation_visit?$filter=household%20eq%20%27H102%27");
  REQUIRE(answer.at("value").get_array().size() == 1);
  const auto& visit = answer.at("value").get_array()[0].get_object();
  CHECK(visit.at("record_id").get_string() == feed.ids[1]);
  CHECK(visit.at("record_date").get_string() == "2026-09-02");
  CHECK(visit.at("place").get_string() == "Nhà văn hoá \"Bản Áng\" & khu 2");
  CHECK(visit.at("start").get_string() == "2026-09-02T09:00:00+07:00");
  CHECK(visit.at("stage").get_string() == "inventory");
  CHECK(visit.at("stage_label").get_string() == "Kiểm đếm");
  CHECK(visit.at("issues").get_string() == "price; resettlement");
  CHECK(visit.at("position_latitude").to_number<double>() == 21.8500002);
  CHECK(visit.at("position_accuracy_m").to_number<double>() == 8.5);
  CHECK(visit.at("team").get_int64() == 2);
  CHECK(visit.at("record_conflict").get_bool() == false);

  const auto team = feed.ok("mobilisation_visit_team");
  CHECK(team.at("value").get_array().size() == 6);
  CHECK(texts(team, "organisation").find("ubnd mttq ") == 0);
  const auto one = feed.ok("mobilisation_visit('" + feed.ids[0] + "')");
  CHECK(one.at("household").get_string() == "H101");
  feed.refused("mobilisation_visit('" + std::string(26, '0') + "')", 404);
  const auto units = feed.ok("units");
  CHECK(texts(units, "name") == "Tỉnh Thử ");
}

TEST_CASE("what is asked for is narrowed, cut into pages and counted, and each row comes once") {
  const FeedProgram feed(450);  // three requests to the vault
  const auto count = feed.get("mobilisation_visit/$count");
  CHECK(count.text() == "450");
  CHECK(feed.ok("mobilisation_visit?$top=0&$count=true").at("@odata.count").get_int64() == 450);
  const auto few = feed.ok("mobilisation_visit?$top=2&$skip=201&$select=household");
  CHECK(few.at("value").get_array().size() == 2);
  CHECK(few.at("value").get_array()[0].get_object().size() == 1);
  CHECK(few.if_contains("@odata.nextLink") == nullptr);

  std::set<std::string> seen;
  std::size_t rows = 0, pages = 0;
  for (std::string at = "mobilisation_visit_team?$skip=1&$select=record_id,item_id"; !at.empty(); ++pages) {
    const auto page = feed.ok(at);
    for (const auto& one : page.at("value").get_array()) {
      ++rows;
      seen.insert(std::string(one.at("record_id").get_string()) +
                  std::string(one.at("item_id").get_string()));
    }
    const auto* next = page.if_contains("@odata.nextLink");
    at = next == nullptr ? std::string() : std::string(next->get_string());
    if (!at.empty()) at = at.substr(at.find(feed.path) + feed.path.size());
    REQUIRE(pages < 10);
  }
  CHECK(rows == 899);
  CHECK(seen.size() == 899);

  const auto days = feed.ok(
      "mobilisation_visit?$filter=(record_date%20ge%202026-09-02)%20and%20"
      "(record_date%20lt%202026-09-04)");
  CHECK(texts(days, "household") == "H103 H102 ");
  CHECK(feed.ok("mobilisation_visit?$filter=start%20gt%202026-09-02T02:00:00Z%20and%20start%20le%20"
                "2026-09-03T09:00:00%2B07:00")
            .at("value")
            .get_array()
            .size() == 1);
  CHECK(feed.ok("mobilisation_visit?$filter=wishes%20ne%20null").at("value").get_array().empty());
}

TEST_CASE("figures are those of the report, and need a checkpoint unless asked otherwise") {
  const FeedProgram feed;
  const auto why = feed.refused("figures?period=2026-Q3", 400);
  CHECK(why.find("mốc sổ cái") != std::string::npos);
  const auto figures = feed.ok("figures?period=2026-Q2,2026-Q3&unsent=true");
  const std::string names = texts(figures, "figure");
  CHECK(names.find("visits ") != std::string::npos);
  CHECK(texts(figures, "period").find("2026-Q2 ") == 0);
  const auto by_unit = feed.ok("figures?period=2026-Q3&unsent=true&by=unit");
  CHECK(texts(by_unit, "unit_name").find("Tỉnh Thử ") == 0);
  feed.refused("figures?period=never&unsent=true", 400);
  feed.refused("figures?period=2026-Q3&unit=nowhere&unsent=true", 404);
}

TEST_CASE("kinds with a sealed field are no set, and closed fields no property") {
  const FeedProgram feed;
  feed.refused("denunciation", 404);
  const std::string xml = feed.get("$metadata").text();
  CHECK(xml.find("denouncer") == std::string::npos);
  CHECK(xml.find("denunciation_row") == std::string::npos);
}

TEST_CASE("who has not the address gets nothing, nor does a page of a browser") {
  const FeedProgram feed;
  Browser stranger(feed.port);
  CHECK(stranger.get("/").status == 404);
  CHECK(stranger.get("/odata/").status == 404);
  CHECK(stranger.get("/odata/" + std::string(64, '0') + "/units").status == 404);
  std::string near = feed.path;
  near[near.size() - 2] = near[near.size() - 2] == '0' ? '1' : '0';
  CHECK(stranger.get(near + "units").status == 404);
  CHECK(stranger.get(feed.path.substr(0, feed.path.size() - 1) + "0/units").status == 404);
  CHECK(stranger.get(feed.path + "units", "Origin: http://evil.example\r\n").status == 403);
  CHECK(stranger.send("POST", feed.path + "units", "{}").status == 403);
  stranger.origin.clear();
  CHECK(stranger.send("POST", feed.path + "units", "{}").status == 405);
  stranger.host = "evil.example:" + std::to_string(feed.port);
  CHECK(stranger.get(feed.path + "units").status == 403);
}

TEST_CASE("odd questions get a word and no data") {
  const FeedProgram feed;
  feed.refused("nothing", 404);
  feed.refused("mobilisation_visit(1)", 404);
  feed.refused("mobilisation_visit?$top=-1", 400);
  feed.refused("mobilisation_visit?$top=9999999999999999999999", 400);
  feed.refused("mobilisation_visit?$skiptoken=1", 400);
  feed.refused("mobilisation_visit?$select=nothing", 400);
  feed.refused("mobilisation_visit?$filter=household%20eq%20%27H1", 400);
  feed.refused("mobilisation_visit?$filter=household%20eq%201", 400);
  feed.refused("mobilisation_visit?$filter=record_date%20ge%202026-13-01", 400);
  feed.refused("mobilisation_visit?$filter=%zz", 400);
  feed.refused("mobilisation_visit?$filter=contains(place,%27a%27)", 501);
  feed.refused("mobilisation_visit?$filter=household%20eq%20%27a%27%20or%20household%20eq%20%27b%27", 501);
  feed.refused("mobilisation_visit?$orderby=start", 501);
  feed.refused("mobilisation_visit?$expand=team", 501);
  feed.refused("mobilisation_visit?$format=atom", 501);
  CHECK(feed.ok("units").at("value").get_array().size() == 1);  // and goes on
}

TEST_CASE("with a token's file and a port the address stays; a file of somebody else's is not taken") {
  FeedProgram feed;
  feed.start({"--token-file", feed.folder / "token"});
  const std::string first = feed.path;
  feed.start({"--token-file", feed.folder / "token"});
  CHECK(feed.path == first);
  feed.start();
  CHECK(feed.path != first);
  const std::string file = feed.folder / "token";
  REQUIRE(::chmod(file.c_str(), 0644) == 0);
  CHECK_THROWS(feed.start({"--token-file", file}));
  REQUIRE(::chmod(file.c_str(), 0600) == 0);
  AppProgram::write(file, "short");
  CHECK_THROWS(feed.start({"--token-file", file}));
}

}  // namespace odata_test
