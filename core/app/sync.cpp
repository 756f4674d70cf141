// Methods sync.run, bundle.export, bundle.import: sending and fetching, by network or by hand.
#include "sync/sync.hpp"

#include "app/count.hpp"
#include "app/dispatch.hpp"
#include "app/envelope.hpp"
#include "app/files.hpp"
#include "app/ingest_json.hpp"
#include "app/lease.hpp"
#include "app/names.hpp"
#include "app/schema_sets.hpp"
#include "app/stepped_sync.hpp"
#include "sync/bundle.hpp"

namespace gandan::app {
namespace {

constexpr std::size_t kMaxBundle = std::size_t{512} << 20;

// Supervisors keep the whole ledger, so that they can audit and prove offline.
bool supervises(vault::Vault& vault) {
  const auto roster = vault.roster();
  if (!roster.ok()) return false;
  const auto* device = (*roster)->device(vault.identity().id);
  if (device == nullptr) return false;
  for (const auto& grant : device->grants)
    if (!grant.until && (grant.role == roster::Role::supervisor || grant.role == roster::Role::auditor))
      return true;
  return false;
}

}  // namespace

json::array errors_json(const std::vector<Error>& errors) {
  json::array out;
  for (const auto& error : errors) out.push_back(error_json(error));
  return out;
}

namespace {
// One sentence for whoever holds the phone.
json::object restored_json(const vault::Restored& restored) {
  const std::string fetched = std::to_string(restored.fetched + restored.statements);
  const std::string kept = std::to_string(restored.kept);
  const std::string renamed = std::to_string(restored.renamed);
  const bool any = restored.renamed != 0;
  return json::object{
      {"fetched", number(restored.fetched)},
      {"kept", number(restored.kept)},
      {"renamed", number(restored.renamed)},
      {"statements", number(restored.statements)},
      {"vi", "Sổ trên máy này được khôi phục từ bản sao cũ, hoặc còn một bản sao khác đang dùng: đã lấy về " +
                 fetched + " phần máy này từng gửi, giữ nguyên " + kept +
                 " thay đổi. Những gì đã gửi đều còn; những gì ghi sau bản sao đó mà chưa gửi hay trao tay "
                 "thì chương trình không lấy lại được." +
                 (any ? " " + renamed + " hồ sơ lập ở đây trong lúc đó mang mã mới." : "")},
      {"en", "The vault on this device was restored from an older copy, or another copy is in use: " +
                 fetched + " segments or statements that this device had issued were fetched, " + kept +
                 " changes are kept. All that had been sent is here; what was written after that copy and "
                 "neither sent nor handed over, nobody can bring back." +
                 (any ? " " + renamed + " records that were made here meanwhile have a new id." : "")}};
}
}  // namespace

json::object ingest_json(const vault::IngestReport& report) {
  json::object out{{"statements", number(report.statements)},
                   {"segments", number(report.segments)},
                   {"changes", number(report.ops)},
                   {"known", number(report.known)},
                   {"held", number(report.held)},
                   {"refused", number(report.refused_count)},
                   {"refusals", errors_json(report.refused)}};
  if (report.restored) out["restored"] = restored_json(*report.restored);
  return out;
}

namespace {

json::value report_json(const sync::Report& report) {
  return json::object{{"round_trips", number(report.exchanges)},
                      {"bytes_sent", number(report.bytes_sent)},
                      {"bytes_received", number(report.bytes_received)},
                      {"segments_sent", number(report.segments_sent)},
                      {"chunks_sent", number(report.chunks_sent)},
                      {"chunks_received", number(report.chunks_received)},
                      {"chunks_missing", number(report.chunks_missing)},
                      {"received", ingest_json(report.ingest)},
                      {"rejected", errors_json(report.rejected)},
                      {"ledger_size", number(report.ledger_size)},
                      {"rotated", number(report.rotated)}};
}

// Also when it broke off: what came before stays.
Status after_sync(Session& s) {
  s.time_seen = {};  // it was set anew
  GANDAN_CHECK(wipe_if_due(s));
  return use_schemas(s);
}

// The next call, or what sync.run answers. An error ends it; what came before stays.
Result<json::value> go_on(Session& s, Status so_far) {
  auto& stepped = *s.stepped;
  Result<std::optional<sync::Call>> call = std::optional<sync::Call>();
  if (so_far) call = stepped.steps->next();
  if (so_far && !call) so_far = call.error();
  if (so_far && *call) {
    stepped.call = std::move(**call);
    return json::value();
  }
  const sync::Report report = stepped.steps->report();
  stepped.steps.reset();
  GANDAN_CHECK(after_sync(s));
  GANDAN_CHECK(so_far);
  return report_json(report);
}

}  // namespace

Result<json::value> sync_run(Session& s, Params& p) {
  const Server server{p.text("server"), p.optional_path("ca_file").value_or("")};
  sync::Options options;
  options.fetch_attachments = p.flag_or("attachments", true);
  options.keep_ledger = p.flag_or("keep_ledger", supervises(*s.vault));
  GANDAN_CHECK(p.done());
  options.progress = [&s](const sync::Progress& at) {
    return s.progress(json::object{{"segments_sent", number(at.segments_sent)},
                                   {"segments_received", number(at.segments_received)},
                                   {"chunks_sent", number(at.chunks_sent)},
                                   {"chunks_received", number(at.chunks_received)}});
  };
  if (s.stepped != nullptr) {
    if (s.stepped->call) return Error{Code::bad_request, "one sync after another"};
    s.stepped->steps = std::make_unique<sync::Steps>(*s.vault, options);
    s.stepped->background = s.background;
    return go_on(s, {});
  }
  if (!s.seams.transport) return Code::no_network;
  const auto transport = s.seams.transport(server);
  if (transport == nullptr) return Code::no_network;
  const auto ran = sync::run(*s.vault, *transport, options);
  GANDAN_CHECK(after_sync(s));
  GANDAN_TRY(const auto report, ran);
  return report_json(report);
}

Result<json::value> take_answer(Session& s, const Status& network, ByteView body) {
  auto& stepped = *s.stepped;
  stepped.call.reset();
  if (stepped.steps == nullptr) return Code::vault_closed;  // it was locked meanwhile
  s.method = "sync.run";
  if (!stepped.background) s.used_ms = s.seams.clock->monotonic_ms();
  Status took = stepped.steps->begin();
  if (took) took = stepped.steps->end(network ? stepped.steps->push(body) : network);
  return go_on(s, std::move(took));
}

namespace {
// Who administers nothing would carry a bundle without any, and not know it.
Status may_renew_others(Session& s) {
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  for (const auto& [id, device] : roster->devices())
    if (roster::may_renew(*roster, s.vault->identity().id, id)) return {};
  return Code::not_authorized;
}
}  // namespace

Result<json::value> bundle_export(Session& s, Params& p) {
  const std::string file = p.path("file");
  const auto unit = p.optional_text("unit");
  sync::ExportOptions options;
  options.everything = p.flag("everything");
  options.attachments = p.flag_or("attachments", true);
  options.renewals = p.flag("renewals");
  GANDAN_CHECK(p.done());
  if (options.renewals) GANDAN_CHECK(may_renew_others(s));
  if (unit) {
    Names names(*s.vault);
    GANDAN_TRY(options.unit, names.find_unit(*unit));
  }
  GANDAN_TRY(const Bytes bundle, sync::export_bundle(*s.vault, options));
  GANDAN_CHECK(write_file(file, bundle, false));
  return json::value(json::object{{"file", file}, {"bytes", number(bundle.size())}});
}

Result<json::value> bundle_import(Session& s, Params& p) {
  const std::string file = p.path("file");
  const auto expected = p.optional_hash("root");
  GANDAN_CHECK(p.done());
  const bool joined = !s.vault->in_realm();
  GANDAN_TRY(const Bytes bundle, read_file(file, kMaxBundle));
  GANDAN_TRY(const auto report, sync::import_bundle(*s.vault, bundle, expected));
  GANDAN_CHECK(use_schemas(s));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  return json::value(json::object{{"file", file},
                                  {"joined", joined},
                                  {"fingerprint", to_hex(roster->fingerprint().view())},
                                  {"renewed", report.renewed},
                                  {"received", ingest_json(report)}});
}

}  // namespace gandan::app
