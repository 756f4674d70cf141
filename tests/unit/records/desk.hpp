// A desk for the tests of records and report: a catalog, a clock that stands still, and records made of JSON
// saves, without a vault.
#pragma once

#include "base/calendar.hpp"
#include "records/document.hpp"
#include "records/sealed.hpp"
#include "support/catch.hpp"

namespace gandan::records::test {

class StillClock final : public Clock {
 public:
  std::int64_t now = *parse_instant("2026-02-10T03:00:00Z");
  std::int64_t wall_ms() override { return now; }
  std::int64_t monotonic_ms() override { return now; }
};

inline json::object object(std::string_view text) {
  auto parsed = json::parse(text);
  INFO(text << (parsed.ok() ? "" : " " + parsed.error().detail));
  REQUIRE(parsed.ok());
  return parsed->as_object();
}

class Desk {
 public:
  explicit Desk(const std::vector<SchemaFile>& files = builtin_schema()) {
    auto loaded = Catalog::load(files, clock);
    INFO((loaded.ok() ? "" : loaded.error().detail));
    REQUIRE(loaded.ok());
    catalog = std::move(*loaded);
    links = [this](const Document&, const RecordId& id) {
      const auto found = documents.find(id);
      return found == documents.end() ? nullptr : &found->second;
    };
    feed.bytes[0] = 7;
  }

  // Saves a patch into a record; the changes, as the vault would write them, become ops.
  Result<std::vector<Change>> save(const RecordId& id, const std::string& kind, const json::object& patch) {
    const auto* type = catalog->find(kind);
    REQUIRE(type != nullptr);
    SaveInput input;
    input.patch = &patch;
    input.blobs = blobs;
    input.links = links;
    input.new_item = [this] { return changelog::make_item_id(feed, ++counter); };
    auto changes = plan_save(*catalog, *type, states[id], input);
    if (changes.ok()) {
      for (const auto& change : *changes) write(id, change);
      refresh(id);
    }
    return changes;
  }
  RecordId add(const std::string& kind, std::string_view patch) {
    const RecordId id = changelog::make_record_id(feed, ++counter);
    auto changes = save(id, kind, object(patch));
    INFO((changes.ok() ? "" : changes.error().fields.front().path + " " + changes.error().fields.front().en));
    REQUIRE(changes.ok());
    return id;
  }
  void write(const RecordId& id, const Change& change) {
    changelog::Op op;
    op.record = id;
    op.path = change.path;
    op.value = change.value;
    op.stamp = {++hlc << 16, feed};
    op.replaces = states[id].heads(change.path);
    op.save = op.stamp.hlc;
    states[id].add(op, false);
  }
  void finalize(const RecordId& id) {
    write(id, {"@final", changelog::Mark{states[id].seen(), Hash::from(Bytes(32, 1)), {}}});
    refresh(id);
  }
  const Document& refresh(const RecordId& id) {
    auto document = make_document(id, UnitId{}, changelog::view(states[id]));
    note_entries(document, states[id]);
    note_recipients(document, states[id]);
    catalog->calculate(document, links);
    return documents[id] = std::move(document);
  }
  std::vector<Verdict> judge(const RecordId& id) {
    refresh(id);
    JudgeOptions options;
    options.province = "20";
    return catalog->judge(documents[id], links, options);
  }
  std::optional<bool> verdict(const RecordId& id, const std::string& rule, Verdict* out = nullptr) {
    for (auto& v : judge(id)) {
      if (v.rule != rule) continue;
      if (out != nullptr) *out = v;
      return v.holds;
    }
    FAIL("no verdict of " << rule);
    return std::nullopt;
  }
  // What a rule says, in a word: holds, fails, unknown; a deadline's state; "silent" when it does not speak.
  std::string word(const RecordId& id, const std::string& rule) {
    for (const auto& v : judge(id)) {
      if (v.rule != rule) continue;
      if (v.state != DeadlineState::none) return to_text(v.state);
      return !v.holds ? "unknown" : *v.holds ? "holds" : "fails";
    }
    return "silent";
  }
  std::string word(const std::string& kind, const std::string& patch, const std::string& rule) {
    return word(add(kind, patch), rule);
  }
  void today(const char* day) {
    clock.now = *parse_instant(std::string(day) + "T09:00:00+07:00");
    hlc = static_cast<std::uint64_t>(clock.now);
  }
  json::object json_of(const RecordId& id) {
    refresh(id);
    const auto view = changelog::view(states[id]);
    return document_json(*catalog, catalog->find_for(documents[id]), documents[id], view, links,
                         [](const changelog::OpEntry& op) {
                           return json::object{{"at", op.stamp.hlc >> 16}};
                         });
  }

  StillClock clock;
  std::unique_ptr<Catalog> catalog;
  std::map<RecordId, changelog::RecordState> states;
  std::map<RecordId, Document> documents;
  std::map<std::string, changelog::BlobRef> blobs;
  LinkSource links;
  FeedId feed;
  std::uint64_t counter = 0;
  std::uint64_t hlc = 1'700'000'000'000;

  // A village, a frozen roll of `households`, and a meeting with one decision.
  RecordId village() { return add("village", R"({"kind": "thon", "name": "Khòn Nưa", "code": "T07"})"); }
  RecordId roll(const RecordId& village_id, int households, bool freeze = true) {
    std::string rows;
    for (int i = 1; i <= households; ++i) {
      rows += (i > 1 ? "," : "") + std::string(R"({"code": "H)") + std::to_string(i) + R"("})";
    }
    const auto id = add("household_roll", R"({"village": ")" + gandan::to_text(village_id) +
                                              R"(", "as_of": "2026-02-01", "households": [)" + rows + "]}");
    if (freeze) finalize(id);
    return id;
  }
  RecordId meeting(const RecordId& village_id, const RecordId& roll_id, const std::string& clause, int agree,
                   int against = 0, const std::string& more = "", int present = 60) {
    return add("community_meeting", R"({"subject": "Đóng góp làm đường", "village": ")" +
                                        gandan::to_text(village_id) + R"(", "roll": ")" +
                                        gandan::to_text(roll_id) +
                                        R"(", "form": "meeting", "notice_date": "2026-02-03",
                "start": "2026-02-05T19:05:00+07:00", "end": "2026-02-05T21:00:00+07:00", "place": "Nhà văn hóa thôn",
                "chair": "Hoàng Văn Phjà", "secretary": "Nông Thị Slai", "agenda": [{"text": "Mức đóng góp"}],
                "present_number": )" + std::to_string(present) +
                                        R"(, "conclusion": "Nhất trí",
                "decisions": [{"matter_clause": ")" +
                                        clause + R"(", "matter": "Góp 200.000 đồng mỗi hộ", "method": "hands",
                  "agree": )" + std::to_string(agree) +
                                        R"(, "against": )" + std::to_string(against) + R"(, "other": 0,
                  "text": "Mỗi hộ góp 200.000 đồng trước 30/6"}])" +
                                        more + "}");
  }
};

}  // namespace gandan::records::test
