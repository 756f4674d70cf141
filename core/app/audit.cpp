// Methods audit.verify, audit.prove, audit.verify_proof, audit.evidence, audit.verify_evidence,
// ledger.export: what a supervisor asks.
#include "audit/audit.hpp"

#include <set>

#include "app/asked_period.hpp"
#include "app/count.hpp"
#include "app/dispatch.hpp"
#include "app/documents.hpp"
#include "app/files.hpp"
#include "app/names.hpp"
#include "app/prove_report.hpp"
#include "app/session.hpp"
#include "audit/split_view.hpp"
#include "base/calendar.hpp"
#include "records/document.hpp"
#include "sync/kept_ledger.hpp"

namespace gandan::app {
namespace {

constexpr std::size_t kMaxProof = std::size_t{16} << 20;
constexpr std::string_view kVisitKind = "mobilisation_visit";

std::string instant_or_none(std::int64_t ms) { return ms == 0 ? std::string{} : instant_text(ms); }

}  // namespace

// Findings are an answer, not an error: the shell decides by "held".
Result<json::value> audit_verify(Session& s, Params& p) {
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const auto report, audit::verify(*s.vault, [&s](std::uint64_t segments) {
               return s.progress(json::object{{"segments", number(segments)}});
             }));
  json::array findings;
  for (const auto& finding : report.findings) {
    const CodeInfo& about = info(finding.code);
    findings.push_back(json::object{{"code", about.text},
                                    {"subject", finding.subject},
                                    {"detail", finding.detail},
                                    {"vi", about.vi},
                                    {"en", about.en}});
  }
  return json::value(json::object{{"held", report.findings.empty()},
                                  {"feeds", number(report.feeds)},
                                  {"segments", number(report.segments)},
                                  {"statements", number(report.statements)},
                                  {"archived", number(report.archived)},
                                  {"ledger_size", number(report.ledger_size)},
                                  {"ledger_entries", number(report.ledger_entries)},
                                  {"unseen_entries", number(report.unseen_entries)},
                                  {"feed_maps", number(report.maps)},
                                  {"whole_ledger", report.whole_ledger},
                                  {"findings", std::move(findings)}});
}

namespace {

json::value proof_written(const std::string& record, const std::string& out, const Bytes& proof,
                          const Hash& fingerprint) {
  return json::object{{"record", record},
                      {"file", out},
                      {"bytes", number(proof.size())},
                      {"fingerprint", to_hex(fingerprint.view())}};
}

// The log of a person: of visits, unless another kind is asked for.
Result<json::value> prove_log(Session& s, Params& p, const std::string& out) {
  const std::string holder = p.text("holder");
  const auto period = asked_period(p);
  const auto unit = p.optional_text("unit");
  const auto asked_kind = p.optional_text("kind");
  const std::string kind = asked_kind.value_or(std::string(kVisitKind));
  GANDAN_CHECK(p.done());
  if (s.catalog->find(kind) == nullptr) return Error{Code::unknown_kind, kind};
  Documents documents(s);
  audit::LogScope scope;
  GANDAN_TRY(scope.holder, documents.names().find_holder(holder));
  if (unit) {
    GANDAN_TRY(scope.unit, documents.names().find_unit(*unit));
  } else {
    GANDAN_TRY(const auto row, vault::find(*s.vault, RecordId::from(scope.holder.view())));
    scope.unit = row.unit;
  }
  scope.from_ms = period.first * kDayMs - kLocalOffsetMs;
  scope.until_ms = (std::int64_t{period.last} + 1) * kDayMs - kLocalOffsetMs;
  std::set<RecordId> records;
  GANDAN_TRY(const auto rows, vault::records_of(*s.vault, scope.unit, kind));
  for (const auto& row : rows) records.insert(row.id);
  GANDAN_TRY(const Bytes proof, audit::prove_log(*s.vault, scope, [&records](const RecordId& id) {
               return records.count(id) != 0;
             }));
  GANDAN_CHECK(write_file(out, proof, false));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  return proof_written({}, out, proof, roster->fingerprint());
}

Result<json::value> prove_period(Session& s, Params& p, const std::string& out) {
  GANDAN_TRY(const Bytes proof, prove_figures(s, p));
  GANDAN_CHECK(write_file(out, proof, false));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  return proof_written({}, out, proof, roster->fingerprint());
}

json::object change_json(const audit::ProvenOp& op) {
  const std::string device = to_text(op.device);
  return json::object{{"record", to_text(op.record)},
                      {"path", op.path},
                      {"value", records::value_json(op.value)},
                      {"written_at", instant_text(op.written_ms)},
                      {"not_before", instant_or_none(op.not_before_ms)},
                      {"not_after", instant_or_none(op.not_after_ms)},
                      {"device", device},
                      {"device_short", short_id(device)},
                      {"role", roster::role_name(op.role)},
                      {"accepted", op.accepted},
                      {"suspect", op.suspect},
                      {"replaced", op.replaced},
                      {"unit", to_text(op.unit)},
                      {"sequence", number(op.sequence)},
                      {"ledger_index", number(op.ledger_index)}};
}

template <class Report>
json::object shown_json(const Report& report) {
  json::array changes, witnesses;
  for (const auto& op : report.ops) changes.push_back(change_json(op));
  for (const auto& one : report.witnesses) {
    const std::string device = to_text(one.witness);
    witnesses.push_back(json::object{
        {"device", device}, {"device_short", short_id(device)}, {"at", instant_text(one.time_s * 1000)}});
  }
  return json::object{{"record", std::string()},
                      {"witnesses", std::move(witnesses)},
                      {"fingerprint", to_hex(report.fingerprint.view())},
                      {"ledger_size", number(report.ledger_size)},
                      {"changes", std::move(changes)}};
}

// What is shown whole, and what of it is disclosed.
json::object log_json(const audit::LogShown& report, const json::object& about) {
  json::array feeds;
  for (const auto& feed : report.feeds) {
    const std::string device = to_text(feed.device);
    feeds.push_back(json::object{{"device", device},
                                 {"device_short", short_id(device)},
                                 {"unit", to_text(feed.unit)},
                                 {"head", number(feed.next)},
                                 {"segments", number(feed.segments)},
                                 {"changes", number(feed.ops)},
                                 {"shown", number(feed.shown)}});
  }
  json::object out = about;
  out["map_index"] = number(report.map_index);
  out["map_at"] = instant_text(report.map_ms);
  out["roster_size"] = number(report.roster_size);
  out["devices"] = number(report.devices);
  out["undisclosed"] = number(report.undisclosed);
  out["feeds"] = std::move(feeds);
  return out;
}

json::value of_person(const audit::LogReport& report) {
  auto out = shown_json(report);
  out["log"] = log_json(report, {{"holder", to_text(report.scope.holder)},
                                 {"unit", to_text(report.scope.unit)},
                                 {"from", instant_text(report.scope.from_ms)},
                                 {"until", instant_text(report.scope.until_ms)}});
  return out;
}

json::value of_figures(const audit::ReportProof& proof) {
  auto out = shown_json(proof);
  out["log"] = log_json(proof, {{"holder", std::string()},
                                {"unit", to_text(proof.scope.units.front())},
                                {"from", instant_text(proof.scope.from_ms)},
                                {"until", std::string()}});
  out["report"] = report_proof_json(proof);
  return out;
}

}  // namespace

// Of a record, of what a person wrote in a period, or of figures of a period's report.
Result<json::value> audit_prove(Session& s, Params& p) {
  const std::string out = p.path("out");
  if (p.has("holder")) return prove_log(s, p, out);
  if (p.has("figures")) return prove_period(s, p, out);
  const std::string id = p.text("record");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const RecordId record, vault::resolve_id(*s.vault, id));
  GANDAN_TRY(const Bytes proof, audit::prove(*s.vault, record));
  GANDAN_CHECK(write_file(out, proof, false));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  return proof_written(to_text(record), out, proof, roster->fingerprint());
}

// Needs neither vault nor network: the file and the realm's fingerprint say it all.
Result<json::value> audit_verify_proof(Session&, Params& p) {
  const std::string file = p.path("file");
  const Hash fingerprint = p.hash("root");
  const auto printed = p.optional_path("printed");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const Bytes proof, read_file(file, kMaxProof));
  if (audit::is_report_proof(proof)) {
    GANDAN_TRY(const auto report, audit::verify_report(proof, fingerprint));
    if (printed) GANDAN_CHECK(is_printed(report.scope, *printed));
    return of_figures(report);
  }
  if (printed) return Error{Code::proof_other_file, "the proof names no report's file"};
  if (audit::is_log_proof(proof)) {
    GANDAN_TRY(const auto report, audit::verify_log(proof, fingerprint));
    return of_person(report);
  }
  GANDAN_TRY(const auto report, audit::verify_proof(proof, fingerprint));
  auto out = shown_json(report);
  out["record"] = to_text(report.record);
  return json::value(std::move(out));
}

// What the server signed of two ledgers, for whoever has neither vault nor network.
Result<json::value> audit_evidence(Session& s, Params& p) {
  const std::string out = p.path("out");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const Bytes evidence, audit::split_view_evidence(*s.vault));
  GANDAN_CHECK(write_file(out, evidence, false));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  return json::value(json::object{{"file", out},
                                  {"bytes", number(evidence.size())},
                                  {"fingerprint", to_hex(roster->fingerprint().view())}});
}

Result<json::value> audit_verify_evidence(Session&, Params& p) {
  const std::string file = p.path("file");
  const Hash fingerprint = p.hash("root");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const Bytes evidence, read_file(file, audit::kMaxSplitViewBytes));
  GANDAN_TRY(const auto report, audit::verify_split_view(evidence, fingerprint));
  json::array pairs;
  for (const auto& pair : report.pairs)
    pairs.push_back(json::object{{"first_size", number(pair.first_size)},
                                 {"first_root", to_hex(pair.first_root.view())},
                                 {"second_size", number(pair.second_size)},
                                 {"second_root", to_hex(pair.second_root.view())},
                                 {"convicts", pair.convicts}});
  return json::value(
      json::object{{"fingerprint", to_hex(report.fingerprint.view())}, {"pairs", std::move(pairs)}});
}

// For a server whose store lost its end. A ledger may be larger than memory: it is written as it is read.
Result<json::value> ledger_export(Session& s, Params& p) {
  const std::string out = p.path("out");
  const auto from = static_cast<std::uint64_t>(p.integer_or("from", 0, 0, std::int64_t{1} << 53));
  GANDAN_CHECK(p.done());
  NewFile file(out);
  GANDAN_CHECK(file.begin(false));
  std::uint64_t bytes = 0;
  GANDAN_TRY(const auto kept, sync::export_ledger(*s.vault, from, [&](ByteView piece) -> Status {
               bytes += piece.size();
               if (s.cancelled.load()) return Code::cancelled;
               return file.write(piece);
             }));
  GANDAN_CHECK(file.place());
  return json::value(json::object{{"file", out},
                                  {"bytes", number(bytes)},
                                  {"first", number(kept.first)},
                                  {"size", number(kept.size)},
                                  {"seen", number(kept.seen)},
                                  {"statements", number(kept.statements)},
                                  {"segments", number(kept.segments)}});
}

}  // namespace gandan::app
