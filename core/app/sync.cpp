// Methods sync.run, bundle.export, bundle.import: sending and fetching, by network or by hand.
#include "sync/sync.hpp"

#include <cstdlib>
#include <filesystem>

#include "app/count.hpp"
#include "app/dispatch.hpp"
#include "app/documents.hpp"
#include "app/envelope.hpp"
#include "app/files.hpp"
#include "app/ingest_json.hpp"
#include "app/lease.hpp"
#include "app/names.hpp"
#include "app/schema_sets.hpp"
#include "app/stepped_sync.hpp"
#include "sync/bundle.hpp"
#include "vault/witness.hpp"

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

constexpr std::int64_t kWrongClockMinutes = 5;

// Each with the records that the refused segment speaks of.
json::array rejected_json(Session& s, const std::vector<sync::Rejected>& rejected) {
  json::array out;
  if (rejected.empty() || s.vault == nullptr) return out;
  Documents documents(s);
  for (const auto& one : rejected) {
    Error error = one;
    for (const auto& id : one.records) {
      const auto row = documents.row(id);
      const std::string title = row ? documents.title(*row) : std::string();
      error.fields.push_back({short_id(to_text(id)), "record", title, title});
    }
    out.push_back(error_json(error));
  }
  return out;
}

// A clock that runs wrong dates records wrongly and ends leases early, and nobody looks at it.
std::optional<Words> clock_words(Session& s, std::int64_t server_ms) {
  if (server_ms == 0 || s.vault == nullptr) return std::nullopt;
  const std::int64_t ahead = s.vault->clock().wall_ms() - server_ms;
  const std::int64_t minutes = std::abs(ahead) / 60'000;
  if (minutes < kWrongClockMinutes) return std::nullopt;
  const bool days = minutes >= 2 * 24 * 60;
  const std::string n = std::to_string(days ? minutes / (24 * 60) : minutes);
  return Words{"Đồng hồ máy này chạy " + std::string(ahead > 0 ? "nhanh " : "chậm ") + n +
                   (days ? " ngày" : " phút") + " so với máy chủ; hãy chỉnh lại giờ.",
               "This device's clock is " + n + (days ? " days " : " minutes ") +
                   (ahead > 0 ? "ahead of" : "behind") + " the server's: set it right."};
}

// That two ledgers were signed is said wherever it may have come to light, until somebody looks into it.
Status put_split_views(vault::Vault& vault, json::object& out) {
  GANDAN_TRY(const auto views, vault::split_views(vault));
  if (!views.empty()) out["split_views"] = number(views.size());
  return {};
}

Result<json::value> report_json(Session& s, const sync::Report& report) {
  json::object out{{"round_trips", number(report.exchanges)},
                   {"bytes_sent", number(report.bytes_sent)},
                   {"bytes_received", number(report.bytes_received)},
                   {"statements_sent", number(report.statements_sent)},
                   {"segments_sent", number(report.segments_sent)},
                   {"chunks_sent", number(report.chunks_sent)},
                   {"chunks_received", number(report.chunks_received)},
                   {"chunks_missing", number(report.chunks_missing)},
                   {"received", ingest_json(report.ingest)},
                   {"rejected", rejected_json(s, report.rejected)},
                   {"ledger_size", number(report.ledger_size)},
                   {"rotated", number(report.rotated)}};
  if (const auto words = clock_words(s, report.server_ms)) {
    json::object clock;
    put_words(clock, *words);
    out["clock"] = std::move(clock);
  }
  GANDAN_CHECK(put_split_views(*s.vault, out));
  return json::value(std::move(out));
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
  return report_json(s, report);
}

// The server of the last sync that went well, so that a person names it once.
constexpr const char* kServerMeta = "sync_server";
constexpr const char* kCaMeta = "sync_ca_file";

Result<std::string> meta_text(vault::Vault& vault, const char* name) {
  GANDAN_TRY(const auto stored, vault.meta(name));
  return stored ? std::string(as_text(*stored)) : std::string();
}

bool is_address(std::string_view url) {
  return url.substr(0, 8) == "https://" && url.size() > 8 && url[8] != '/' && url[8] != ':';
}

// What is named; a server alone goes by the system's authorities, an authority alone by the server that is
// known.
Result<Server> server_to_ask(vault::Vault& vault, const std::optional<std::string>& named,
                             const std::optional<std::string>& ca_file) {
  if (named && !is_address(*named))
    return Error{Code::bad_request,
                 "server",
                 {{"server", "type", "Địa chỉ máy chủ phải ghi https://máy:cổng.",
                   "The server's address is written as https://host:port."}}};
  if (named) return Server{*named, ca_file.value_or("")};
  Server out;
  GANDAN_TRY(out.url, meta_text(vault, kServerMeta));
  if (out.url.empty())
    return Error{Code::bad_request,
                 "server",
                 {{"server", "required",
                   "Máy này chưa đồng bộ lần nào nên chưa biết máy chủ: nêu https://máy:cổng và tệp chứng "
                   "thư nếu có; lần sau không phải nêu lại.",
                   "This device has never synced and knows no server: name it as https://host:port, with its "
                   "authority's certificate if it needs one; it is remembered."}}};
  GANDAN_TRY(const std::string known_ca, meta_text(vault, kCaMeta));
  out.ca_file = ca_file.value_or(known_ca);
  return out;
}

Status remember(vault::Vault& vault, const Server& server) {
  GANDAN_CHECK(vault.set_meta(kServerMeta, as_bytes(server.url)));
  std::error_code error;
  const auto whole = std::filesystem::absolute(server.ca_file, error);
  const std::string ca_file = server.ca_file.empty() || error ? server.ca_file : whole.string();
  return vault.set_meta(kCaMeta, as_bytes(ca_file));
}

}  // namespace

Result<json::value> sync_run(Session& s, Params& p) {
  const auto named = p.optional_text("server");
  const auto ca_file = p.optional_path("ca_file");
  sync::Options options;
  options.fetch_attachments = p.flag_or("attachments", true);
  options.keep_ledger = p.flag_or("keep_ledger", supervises(*s.vault));
  options.wait_seconds = static_cast<std::uint64_t>(
      p.integer_or("wait", 0, 0, static_cast<std::int64_t>(protocol::Wait::kMaxSeconds)));
  options.recent_days = p.integer_or("recent", 0, 1, 36'500);
  options.fetch_old = p.flag_or("old", false);
  if (options.recent_days != 0 && options.fetch_old)
    p.fault("old", "recent", "Nêu một trong hai: chỉ phần gần đây, hoặc cả phần cũ.",
            "One of the two: only what is recent, or what is old, too.");
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
  GANDAN_TRY(const Server server, server_to_ask(*s.vault, named, ca_file));
  const auto transport = s.seams.transport(server);
  if (transport == nullptr) return Code::no_network;
  transport->ends_when([&s] { return s.cancelled.load(); });
  const auto ran = sync::run(*s.vault, *transport, options);
  if (ran.ok()) GANDAN_CHECK(remember(*s.vault, server));
  GANDAN_CHECK(after_sync(s));
  GANDAN_TRY(const auto report, ran);
  return report_json(s, report);
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
  sync::Exported exported;
  GANDAN_TRY(const Bytes bundle, sync::export_bundle(*s.vault, options, &exported));
  GANDAN_CHECK(write_file(file, bundle, false));
  return json::value(json::object{{"file", file},
                                  {"bytes", number(bundle.size())},
                                  {"segments", number(exported.segments)},
                                  {"records", number(exported.records)},
                                  {"left_out", number(exported.left_out)},
                                  {"doubted", exported.doubted}});
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
  Names names(*s.vault);
  GANDAN_TRY(auto gaps, gaps_json(*s.vault, names));
  json::object out{{"file", file},
                   {"joined", joined},
                   {"fingerprint", to_hex(roster->fingerprint().view())},
                   {"renewed", report.renewed},
                   {"received", ingest_json(report)},
                   {"gaps", std::move(gaps)}};
  GANDAN_CHECK(put_split_views(*s.vault, out));
  return json::value(std::move(out));
}

}  // namespace gandan::app
