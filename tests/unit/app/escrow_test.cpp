// The top unit's secret in escrow: made, kept, recovered, and stale after a rotation.
#include "support/province.hpp"

namespace escrow_test {

using namespace gandan;
using namespace gandan::test;

namespace {

json::array files(const Province& province, std::initializer_list<int> numbers) {
  json::array out;
  for (const int n : numbers)
    out.push_back(json::value(province.folder.path("escrow/share-" + std::to_string(n) + ".txt")));
  return out;
}

// An auditor's device: it has the roster and what is sealed, and no key.
Shell& auditor(Province& province, const std::string& name = "kiem") {
  Shell& shell = province.shell(name);
  const auto request = text_at(shell.ok("device.request", {{"label", name}}), "request");
  const auto approved =
      province.shell("admin").ok("device.approve", {{"request", request},
                                                    {"role", "auditor"},
                                                    {"unit", "20"},
                                                    {"out", province.folder.path(name + ".join")}});
  province.devices[name] = text_at(approved, "device");
  shell.ok("bundle.import", {{"file", province.folder.path(name + ".join")}});
  return shell;
}

}  // namespace

TEST_CASE("two of three shares give the realm's secret back, and one does not") {
  Province province;
  auto& admin = province.shell("admin");
  const std::string visit =
      text_at(admin.ok("record.add",
                       {{"kind", "dissemination_session"}, {"unit", "06463"}, {"record", {{"present", 42}}}}),
              "id");
  auto& rescuer = auditor(province);
  province.carry("admin", "kiem");
  CHECK(rescuer.error("record.show", {{"id", visit}}) == "not_found");

  CHECK(rescuer.error("escrow.make", {{"threshold", 2}, {"printed", 3}}) == "roster.not_authorized");
  CHECK(admin.error("escrow.make", {{"threshold", 3}, {"printed", 2}}) == "request.bad");
  const auto made =
      admin.ok("escrow.make", {{"threshold", 2}, {"printed", 3}, {"out", province.folder.path("escrow")}});
  CHECK(at(made, "shares").get_array().size() == 3);
  CHECK(at(admin.ok("status"), "escrow.stale") == json::value(false));

  CHECK(rescuer.error("escrow.recover", {{"files", files(province, {1})}}) == "request.bad");
  CHECK(rescuer.error("escrow.recover", {{"files", files(province, {2, 2})}}) == "request.bad");
  CHECK(rescuer.error("record.show", {{"id", visit}}) == "not_found");
  const auto recovered = rescuer.ok("escrow.recover", {{"files", files(province, {3, 1})}});
  CHECK(at(recovered, "readable") == at(recovered, "units"));
  CHECK(at(rescuer.ok("record.show", {{"id", visit}}), "document.fields.present") == json::value(42));
}

TEST_CASE("a share is kept by a device that alone can open it, and what is mistyped or mixed is said") {
  Province province;
  auto& admin = province.shell("admin");
  auto& keeper = auditor(province, "giu");
  auto& other = auditor(province, "khac");
  province.carry("admin", "giu");
  const auto made = admin.ok("escrow.make", {{"threshold", 2},
                                             {"printed", 1},
                                             {"devices", json::array{json::value(province.devices["giu"])}},
                                             {"out", province.folder.path("escrow")}});
  CHECK(text_at(made, "shares.0.device") == province.devices["giu"]);
  const std::string sealed = province.folder.path("escrow/share-1.txt");
  CHECK(other.error("escrow.open", {{"file", sealed}}) == "crypto.cannot_open");
  const std::string first = text_at(keeper.ok("escrow.open", {{"file", sealed}}), "share");
  const std::string second = file_text(province.folder.path("escrow/share-2.txt"));

  for (std::size_t at = first.find('\n') + 1; at < first.size(); ++at) {
    if (first[at] == ' ' || first[at] == '\n') continue;
    std::string typed = first;
    typed[at] = typed[at] == '7' ? '8' : '7';
    CHECK(
        keeper.error("escrow.recover", {{"shares", json::array{json::value(typed), json::value(second)}}}) ==
        "format.malformed");
  }
  // Of two makings.
  const auto again = admin.ok("escrow.make", {{"threshold", 2}, {"printed", 2}});
  const std::string later = text_at(again, "shares.1.share");
  CHECK(keeper.error("escrow.recover", {{"shares", json::array{json::value(first), json::value(later)}}}) ==
        "request.bad");
  keeper.ok("escrow.recover", {{"shares", json::array{json::value(first), json::value(second)}}});
}

TEST_CASE("nobody keeps two shares of an escrow, and no removed device keeps one") {
  Province province;
  auto& admin = province.shell("admin");
  auditor(province, "giu");
  auditor(province, "khac");
  province.carry("admin", "giu");
  const auto make = [&](const char* first, const char* second) {
    return json::object{{"threshold", 2},
                        {"devices", json::array{json::value(province.devices[first]),
                                                json::value(province.devices[second])}}};
  };
  CHECK(admin.error("escrow.make", make("giu", "giu")) == "request.bad");
  admin.ok("escrow.make", make("giu", "khac"));
  admin.ok("device.revoke", {{"device", province.devices["khac"]}, {"reason", "lost"}});
  CHECK(admin.error("escrow.make", make("giu", "khac")) == "request.bad");
  CHECK(at(admin.ok("status"), "escrow.threshold") == json::value(2));
}

TEST_CASE("shares that give another secret than the realm's are refused") {
  Province province, elsewhere;
  auto& keeper = auditor(province);
  const auto theirs = elsewhere.shell("admin").ok("escrow.make", {{"threshold", 2}, {"printed", 2}});
  const json::array shares{at(theirs, "shares.0.share"), at(theirs, "shares.1.share")};
  CHECK(keeper.error("escrow.recover", {{"shares", shares}}) == "roster.wrong_realm");
}

TEST_CASE("an escrow is stale after the top's key changed, and opens what was before") {
  Province province;
  auto& admin = province.shell("admin");
  CHECK(json::find(admin.ok("status"), "escrow") == nullptr);
  const auto made = admin.ok("escrow.make", {{"threshold", 2}, {"printed", 2}});
  admin.ok("unit.rotate", {{"unit", "20"}});
  CHECK(at(admin.ok("status"), "escrow.stale") == json::value(true));
  const auto fresh = admin.ok("escrow.make", {{"threshold", 2}, {"printed", 2}});
  CHECK(at(admin.ok("status"), "escrow.stale") == json::value(false));
  auto& keeper = auditor(province);
  const auto of = [](const json::object& from) {
    return json::array{at(from, "shares.0.share"), at(from, "shares.1.share")};
  };
  CHECK(at(keeper.ok("escrow.recover", {{"shares", of(made)}}), "epoch") == json::value(1));
  CHECK(at(keeper.ok("escrow.recover", {{"shares", of(fresh)}}), "epoch") == json::value(2));
}

}  // namespace escrow_test
