// Judging: one document by all rules that are in force for it. Private to records; Catalog::judge calls it.
//
// Threading: as the catalog.
#pragma once

#include "records/loader.hpp"

namespace gandan::records {

// What a rule's sentences may quote besides the record: behind the names of its counts, in this order.
constexpr const char* kSentenceNames[] = {"rule__label",      "rule__due",    "rule__done",
                                          "rule__not_before", "rule__days",   "rule__entered",
                                          "rule__counted",    "rule__ending", "rule__ahead"};

std::vector<Verdict> judge_document(Catalog::State& state, const RecordType& type, const Document& document,
                                    const LinkSource& links, const JudgeOptions& options);
Judgement judgement_now(const Catalog::State& state, const RecordType& type, const Document& document,
                        const JudgeOptions& options);

}  // namespace gandan::records
