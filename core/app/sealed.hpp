// Sealed: what a record's sealed fields show to whoever reads it: for whom, by whom, and who has opened them.
//
// Threading: as the vault's.
#pragma once

#include "app/documents.hpp"
#include "records/sealed.hpp"

namespace gandan::app {

// What is sealed under one path, and the op that says it.
struct SealedHead {
  std::string path;
  const changelog::OpEntry* op = nullptr;
  changelog::SealedText text;
  bool replaced = false;  // neither shown nor signed: somebody wrote or emptied the field since
};
// Of a path, or of all when it is empty: what is shown, or was signed, first; then heads beside it; then what
// was replaced, for whoever cannot read a text can still write over it. Points into the state.
std::vector<SealedHead> sealed_heads(const Loaded& loaded, std::string_view path);

// [{"path", "pick", "author", "recipients", "may_open", "openings", "vi", "en" …}]: schema/api, SealedField.
Result<json::array> sealed_json(vault::Vault& vault, Names& names, const Loaded& loaded);

}  // namespace gandan::app
