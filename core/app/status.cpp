// Methods app.version, status, vault.check, vault.rebuild, vault.passphrase: how it stands here.
#include "app/acts.hpp"
#include "app/arrival.hpp"
#include "app/count.hpp"
#include "app/dispatch.hpp"
#include "app/escrow.hpp"
#include "app/ingest_json.hpp"
#include "app/lease.hpp"
#include "base/calendar.hpp"
#include "base/text.hpp"
#include "vault/key_age.hpp"
#include "vault/key_box.hpp"
#include "vault/witness.hpp"
#include "vault/wraps.hpp"

namespace gandan::app {
namespace {

// How far the ledger is witnessed: the largest size first, each with how many witnesses have signed that
// much.
Result<json::object> ledger_json(vault::Vault& vault) {
  GANDAN_TRY(const auto seen, vault.checkpoint());
  GANDAN_TRY(const auto cosigned, vault::cosigned(vault));
  GANDAN_TRY(const auto views, vault::split_views(vault));
  json::array witnessed;
  for (std::size_t i = 0; i < cosigned.size(); ++i) {
    if (i + 1 < cosigned.size() && cosigned[i + 1].size == cosigned[i].size) continue;
    std::int64_t time_s = 0;
    for (std::size_t j = 0; j <= i; ++j)
      if (cosigned[j].size == cosigned[i].size) time_s = std::max(time_s, cosigned[j].time_s);
    witnessed.push_back(json::object{{"size", number(cosigned[i].size)},
                                     {"at", instant_text(time_s * 1000)},
                                     {"witnesses", number(i + 1)}});
  }
  return json::object{{"size", number(seen.size)},
                      {"witnessed", std::move(witnessed)},
                      {"split_views", number(views.size())}};
}

}  // namespace

HeldWords held_words(vault::SegmentState state) {
  switch (state) {
    case vault::SegmentState::applied:
      return {"applied", "Đã dùng.", "Applied."};
    case vault::SegmentState::waiting:
      return {"waiting", "Chờ một phần trước đó chưa tới.",
              "Waits for an earlier segment that has not come."};
    case vault::SegmentState::no_key:
      return {"no_key", "Chưa có khoá để mở; sẽ tự mở khi có.",
              "No key yet; opens by itself once there is one."};
    case vault::SegmentState::parked:
      return {"parked", "Cần phiên bản chương trình mới hơn; đã giữ nguyên.",
              "Needs a newer program; kept as it is."};
    case vault::SegmentState::unopenable:
      return {"unopenable", "Đúng chữ ký nhưng không mở được: người lập làm sai; đã giữ làm chứng cứ.",
              "Authentic but does not open: its author made it wrong; kept as evidence."};
    case vault::SegmentState::unknown_record:
      return {"unknown_record", "Ghi vào hồ sơ mà máy này chưa biết do ai lập; sẽ tự dùng khi biết.",
              "Writes in a record whose maker is not known here yet; used once it is."};
    case vault::SegmentState::archived:
      return {"archived",
              "Nội dung cũ chưa lấy về (lấy được khi có mạng), hoặc máy chủ đã lưu trữ: xin tệp rồi nhập như "
              "một gói.",
              "Old content that was left for later (it can be fetched), or lies in the server's archive: ask "
              "for the "
              "file and import it as a bundle."};
    case vault::SegmentState::quarantined:
      return {"quarantined", "Người lập không có quyền lúc đó; để riêng, không dùng.",
              "Its author had no authority then; set apart, not used."};
  }
  return {"unknown", "", ""};
}

Result<json::value> app_version(Session&, Params& p) {
  GANDAN_CHECK(p.done());
  json::array names;
  for (const auto& method : methods()) names.push_back(json::value(method.name));
  return json::value(
      json::object{{"version", Notebook::version()}, {"api", 1}, {"methods", std::move(names)}});
}

Result<json::value> status(Session& s, Params& p) {
  const auto record = p.optional_text("record");
  const auto limit = static_cast<std::size_t>(p.integer_or("limit", 20, 0, 10'000));
  GANDAN_CHECK(p.done());
  GANDAN_TRY(auto lease, lease_json(s));
  const bool over = lease && lease->at("over").as_bool();
  if (over && record) return within_lease(s).error();
  json::array records;
  Documents documents(s);
  const auto describe = [&](const RecordId& id) -> Status {
    GANDAN_TRY(const auto loaded, documents.load(id));
    GANDAN_TRY(auto arrival, record_arrival(*s.vault, *loaded));
    json::object row = documents.row_json(loaded->row);
    row["arrival"] = std::move(arrival);
    records.push_back(std::move(row));
    return {};
  };
  if (record) {
    GANDAN_TRY(const RecordId id, vault::resolve_id(*s.vault, *record));
    GANDAN_CHECK(describe(id));
  } else if (limit > 0 && !over) {
    vault::ListFilter filter;
    filter.limit = limit;
    GANDAN_TRY(const auto rows, vault::list(*s.vault, filter));
    for (const auto& row : rows) GANDAN_CHECK(describe(row.id));
  }
  GANDAN_TRY(const auto counts, vault::counts(*s.vault));
  GANDAN_TRY(const auto unsent_keys, vault::unsent_keys(*s.vault));
  GANDAN_TRY(const auto findings, vault::findings(*s.vault));
  json::array held;
  for (const auto& [state, count] : counts.held) {
    const HeldWords say = held_words(state);
    held.push_back(
        json::object{{"state", say.state}, {"segments", number(count)}, {"vi", say.vi}, {"en", say.en}});
  }
  json::array found;
  for (const auto& finding : findings)
    found.push_back(json::object{
        {"at", instant_text(finding.found_ms)}, {"code", finding.code}, {"detail", finding.detail}});
  std::size_t waiting = 0;
  json::array without_key, gaps;
  if (s.vault->in_realm()) {
    GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
    waiting = proposals_waiting(*roster, s.vault->identity().id);
    GANDAN_TRY(const auto keyless, vault::units_without_key(*s.vault));
    for (const auto& unit : keyless) without_key.push_back(documents.names().unit_json(unit));
    GANDAN_TRY(gaps, gaps_json(*s.vault, documents.names()));
  }
  GANDAN_TRY(const auto old_keys, vault::units_with_old_keys(*s.vault));
  GANDAN_TRY(auto ledger, ledger_json(*s.vault));
  json::object schema{{"number", s.schema.number}, {"published", s.schema.published}};
  schema["vi"] = s.schema.words.vi;
  schema["en"] = s.schema.words.en;
  const HolderId holder = current_holder(*s.vault);
  json::object session{
      {"unlocked_by",
       s.vault->unlocked().slot == 0 ? std::string("raw_key") : vault::name_of(s.vault->unlocked().kind)},
      {"holder", holder.is_zero() ? std::string() : to_text(holder)},
      {"holder_code", documents.names().holder_code(holder)},
      {"auto_lock", json::integer(s.auto_lock)}};
  GANDAN_TRY(auto escrow, escrow_json(s));
  json::object out{
      {"enrolled", s.vault->in_realm()},
      {"session", std::move(session)},
      {"records", number(counts.records)},
      {"conflicts", number(counts.conflicts)},
      {"pending_changes", number(counts.pending_ops)},
      {"unsent_segments", number(counts.unsent_segments)},
      {"carried_segments", number(counts.carried_segments)},
      {"unsent_chunks", number(counts.unsent_chunks)},
      {"unsent_keys", number(unsent_keys)},
      {"units_without_key", std::move(without_key)},
      {"units_with_old_keys", number(old_keys)},
      {"last_sync", counts.last_sync_ms == 0 ? std::string{} : instant_text(counts.last_sync_ms)},
      {"proposals_waiting", number(waiting)},
      {"ledger", std::move(ledger)},
      {"schema", std::move(schema)},
      {"held", std::move(held)},
      {"gaps", std::move(gaps)},
      {"findings", std::move(found)},
      {"arrivals", std::move(records)}};
  if (escrow) out["escrow"] = std::move(*escrow);
  if (lease) out["lease"] = std::move(*lease);
  GANDAN_TRY(auto removed, removed_json(s));
  if (removed) out["removed"] = std::move(*removed);
  return json::value(std::move(out));
}

// Reads every page and index; changes nothing. The hash is equal before and after a rebuild.
Result<json::value> vault_check(Session& s, Params& p) {
  GANDAN_CHECK(p.done());
  GANDAN_CHECK(s.vault->db().check_integrity());
  GANDAN_TRY(const Hash hash, vault::projections_hash(*s.vault));
  GANDAN_TRY(const auto counts, vault::counts(*s.vault));
  return json::value(
      json::object{{"held", true}, {"records", number(counts.records)}, {"hash", to_hex(hash.view())}});
}

// Makes records, documents and search anew from the log; `same` tells whether anything differed.
Result<json::value> vault_rebuild(Session& s, Params& p) {
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const Hash before, vault::projections_hash(*s.vault));
  GANDAN_TRY(const auto report, vault::rebuild(*s.vault));
  GANDAN_TRY(const Hash after, vault::projections_hash(*s.vault));
  return json::value(json::object{{"same", before == after},
                                  {"hash", to_hex(after.view())},
                                  {"segments", number(report.segments)},
                                  {"changes", number(report.ops)},
                                  {"records", number(report.records)}});
}

Result<json::value> vault_passphrase(Session& s, Params& p) {
  const std::string old_text = p.text("old");
  const std::string new_text = p.text("new");
  if (!new_text.empty() && code_points(new_text) < kLeastPassphrase)
    p.fault("new", "too_short", "Cần ít nhất 8 ký tự.", "Needs 8 characters at least.");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const std::string old_passphrase, nfc(old_text));
  GANDAN_TRY(const std::string new_passphrase, nfc(new_text));
  GANDAN_CHECK(s.vault->change_passphrase(old_passphrase, new_passphrase));
  return json::value(json::object{{"changed", true}});
}

}  // namespace gandan::app
