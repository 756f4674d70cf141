// The proof of a report's figures: of a period, told from a checkpoint, with the changes that they read.
//
// Threading: as the vault's. For one request.
#pragma once

#include "app/params.hpp"
#include "app/session.hpp"
#include "audit/audit.hpp"

namespace gandan::app {

// The proof, verified. Reads the rest of the parameters of audit.prove. Code::figure_withheld, figure_unfit,
// not_found (the figure), not_received (not all is here), which_unit, proof_other_file (made again, the
// report has other bytes than the file that was given); and those of period_bytes and audit::prove_report.
Result<Bytes> prove_figures(Session& session, Params& params);
// Whether the file at that path is the one that the proof names. Code::proof_other_file, unreadable_file.
Status is_printed(const audit::ReportScope& scope, const std::string& path);
// {"report", "version", "from" …}, the claim and what was shown of the logs.
json::object report_proof_json(const audit::ReportProof& proof);

}  // namespace gandan::app
