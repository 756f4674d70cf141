// Methods audit.verify, audit.prove, audit.verify_proof, audit.evidence, audit.verify_evidence: what a
// supervisor asks.
#include "audit/audit.hpp"

#include "app/count.hpp"
#include "app/dispatch.hpp"
#include "app/files.hpp"
#include "app/names.hpp"
#include "app/session.hpp"
#include "audit/split_view.hpp"
#include "base/calendar.hpp"
#include "records/document.hpp"

namespace gandan::app {
namespace {

constexpr std::size_t kMaxProof = std::size_t{16} << 20;

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
                                  {"ledger_size", number(report.ledger_size)},
                                  {"ledger_entries", number(report.ledger_entries)},
                                  {"unseen_entries", number(report.unseen_entries)},
                                  {"feed_maps", number(report.maps)},
                                  {"whole_ledger", report.whole_ledger},
                                  {"findings", std::move(findings)}});
}

Result<json::value> audit_prove(Session& s, Params& p) {
  const std::string id = p.text("record");
  const std::string out = p.path("out");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const RecordId record, vault::resolve_id(*s.vault, id));
  GANDAN_TRY(const Bytes proof, audit::prove(*s.vault, record));
  GANDAN_CHECK(write_file(out, proof, false));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  return json::value(json::object{{"record", to_text(record)},
                                  {"file", out},
                                  {"bytes", number(proof.size())},
                                  {"fingerprint", to_hex(roster->fingerprint().view())}});
}

// Needs neither vault nor network: the file and the realm's fingerprint say it all.
Result<json::value> audit_verify_proof(Session&, Params& p) {
  const std::string file = p.path("file");
  const Hash fingerprint = p.hash("root");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const Bytes proof, read_file(file, kMaxProof));
  GANDAN_TRY(const auto report, audit::verify_proof(proof, fingerprint));
  json::array changes;
  for (const auto& op : report.ops) {
    const std::string device = to_text(op.device);
    changes.push_back(json::object{{"path", op.path},
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
                                   {"ledger_index", number(op.ledger_index)}});
  }
  json::array witnesses;
  for (const auto& one : report.witnesses) {
    const std::string device = to_text(one.witness);
    witnesses.push_back(json::object{
        {"device", device}, {"device_short", short_id(device)}, {"at", instant_text(one.time_s * 1000)}});
  }
  return json::value(json::object{{"record", to_text(report.record)},
                                  {"witnesses", std::move(witnesses)},
                                  {"fingerprint", to_hex(report.fingerprint.view())},
                                  {"ledger_size", number(report.ledger_size)},
                                  {"changes", std::move(changes)}});
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

}  // namespace gandan::app
