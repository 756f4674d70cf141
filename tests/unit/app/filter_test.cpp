// Saved filters, and notebooks that only read: opened so, or an auditor's.
#include "support/province.hpp"

namespace filter_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Filtering : Province {
  Filtering() {
    enrol("p1", "cadre", "06463");
    first = visit("p1");
    second = visit("p1");
    shell("p1").ok("record.finalize", {{"id", second}});
  }
  std::string ids(const std::string& method, json::object params) {
    const json::value rows =
        at(shell("p1").ok(method, std::move(params)), method == "search" ? "hits" : "records");
    std::string out;
    for (const auto& row : rows.get_array()) out += (out.empty() ? "" : " ") + text_at(row, "id");
    return out;
  }
  std::string first, second;
};

}  // namespace

TEST_CASE_METHOD(Filtering,
                 "a saved filter narrows a list by its name, and what the request says stands before it") {
  auto& shell1 = shell("p1");
  CHECK(at(shell1.ok("filter.save", {{"name", "Nháp"}, {"kind", "mobilisation_visit"}, {"state", "draft"}}),
           "replaced") == json::value(false));
  CHECK(ids("record.list", {{"filter", "Nháp"}}) == first);
  CHECK(ids("record.list", {{"filter", "Nháp"}, {"state", "finalized"}}) == second);
  CHECK(at(shell1.ok("record.table", {{"filter", "Nháp"}, {"fields", "household"}}), "rows")
            .get_array()
            .size() == 1);
  CHECK(ids("search", {{"filter", "Nháp"}, {"text", "H017"}}) == first);
  // It stays on the device, encrypted with the rest: what is sent knows nothing of it.
  CHECK(at(shell("admin").ok("filter.list"), "filters").get_array().empty());
  carry("p1", "admin");
  CHECK(at(shell("admin").ok("filter.list"), "filters").get_array().empty());
  CHECK(shell("admin").error("record.list", {{"filter", "Nháp"}}) == "not_found");
}

TEST_CASE_METHOD(Filtering, "filters are listed by name, replaced under it, and forgotten") {
  auto& shell1 = shell("p1");
  shell1.ok("filter.save", {{"name", "b"}, {"text", "H017"}, {"unit", "06463"}});
  shell1.ok("filter.save", {{"name", "a"}, {"state", "draft"}});
  CHECK(at(shell1.ok("filter.save", {{"name", "a"}, {"state", "finalized"}}), "replaced") ==
        json::value(true));
  const json::value filters = at(shell1.ok("filter.list"), "filters");
  REQUIRE(filters.get_array().size() == 2);
  CHECK(text_at(filters, "0.name") == "a");
  CHECK(text_at(filters, "0.params.state") == "finalized");
  CHECK(json::compact(at(filters, "1.methods")) == "[\"search\"]");
  CHECK(text_at(filters, "1.params.unit").size() == 26);  // the unit, whatever is called so later
  CHECK(ids("search", {{"filter", "b"}}).find(first) != std::string::npos);
  shell1.ok("filter.delete", {{"name", "a"}});
  CHECK(shell1.error("filter.delete", {{"name", "a"}}) == "not_found");
  CHECK(shell1.error("record.list", {{"filter", "a"}}) == "not_found");
}

TEST_CASE_METHOD(Filtering,
                 "a filter that could narrow nothing is not saved, and one that does not apply is said") {
  auto& shell1 = shell("p1");
  for (const json::object& wrong : {json::object{{"name", "x"}},
                                    {{"name", ""}, {"state", "draft"}},
                                    {{"name", "x"}, {"state", "gone"}},
                                    {{"name", "x"}, {"from", "hôm qua"}},
                                    {{"name", "x"}, {"period", "2026-Q5"}},
                                    {{"name", "x"}, {"text", "a"}, {"order", "title"}},  // no list takes both
                                    {{"name", "x"}, {"state", "draft"}, {"colour", "red"}}}) {
    INFO(json::compact(wrong));
    CHECK(shell1.error("filter.save", wrong) == "request.bad");
  }
  CHECK(shell1.error("filter.save", {{"name", "x"}, {"kind", "no_such"}}) == "record.unknown_kind");
  CHECK(shell1.error("filter.save", {{"name", "x"}, {"unit", "99999"}}) == "roster.unknown_unit");
  CHECK(at(shell1.ok("filter.list"), "filters").get_array().empty());
  shell1.ok("filter.save", {{"name", "quý"}, {"period", "2026-Q1"}, {"unit", "06463"}});
  CHECK(at(shell1.ok("audit.run", {{"filter", "quý"}}), "records").get_int64() >= 0);
  CHECK(shell1.ok("audit.run", {{"filter", "quý"}, {"period", "2025"}}).contains("findings"));
  CHECK(shell1.error("record.list", {{"filter", "quý"}}) == "request.bad");  // a list has no period
  CHECK(shell1.error("record.list", {{"filter", 3}}) == "request.bad");
  CHECK(shell1.error("report.period", {{"filter", "quý"}}) == "request.bad");  // takes none
}

TEST_CASE_METHOD(Filtering,
                 "a notebook opened for reading reads all, and saves, sends and takes in nothing") {
  shell("p1").ok("filter.save", {{"name", "Nháp"}, {"kind", "mobilisation_visit"}, {"state", "draft"}});
  shells.erase("p1");  // another program cannot have it open besides
  OpenOptions options;
  options.folder = folder.path("p1");
  options.raw_key = key_of("p1");
  options.read_only = true;
  Seams seams;
  seams.clock = &clock;
  Shell reader(api, options, seams);
  const json::object record{{"kind", "mobilisation_visit"}, {"record", {{"household", "H1"}}}};
  for (const auto& [method, params] : std::vector<std::pair<std::string, json::object>>{
           {"record.add", record},
           {"record.finalize", {{"id", first}}},
           {"record.edit", {{"id", first}, {"record", json::object()}}},
           {"filter.save", {{"name", "x"}, {"state", "draft"}}},
           {"filter.delete", {{"name", "Nháp"}}},
           {"sync.run", {{"server", "https://x"}}},
           {"bundle.export", {{"file", folder.path("none")}}},
           {"record.print", {{"id", second}, {"numbered", true}}},
           {"vault.rebuild", {}}}) {
    INFO(method);
    CHECK(reader.error(method, params) == "vault.read_only");
  }
  CHECK(at(reader.ok("record.list", {{"filter", "Nháp"}}), "records").get_array().size() == 1);
  CHECK(text_at(reader.ok("record.show", {{"id", second}}), "document.state") == "finalized");
  CHECK(text_at(reader.ok("record.print", {{"id", second}}), "html").size() > 100);
  reader.ok("status");
  reader.ok("vault.check");
}

TEST_CASE_METHOD(Filtering, "an auditor's device is told at once that it writes no records") {
  const auto request = text_at(shell("kiem").ok("device.request", {{"label", "kiem"}}), "request");
  shell("admin").ok(
      "device.approve",
      {{"request", request}, {"role", "auditor"}, {"unit", "20"}, {"out", folder.path("kiem.join")}});
  shell("kiem").ok("bundle.import", {{"file", folder.path("kiem.join")}});
  const json::object record{{"kind", "mobilisation_visit"}, {"record", {{"household", "H1"}}}};
  CHECK(shell("kiem").error("record.add", record) == "record.auditor_reads");
  CHECK(shell("kiem").error("holder.add", {{"code", "KT01"}}) == "record.auditor_reads");
  shell("kiem").ok("filter.save", {{"name", "x"}, {"state", "draft"}});  // its own, and nobody else's
  CHECK(shell("kiem").ok("audit.verify").at("held") == json::value(true));
  shell("p1").ok("record.add", record);
}

}  // namespace filter_test
