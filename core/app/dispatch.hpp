// The methods of the boundary: one table, one handler per method, one file of handlers per area.
// Each is described in schema/api/gandan.openrpc.json; a test holds the two against each other.
//
// Threading: handlers run on the session's thread.
#pragma once

#include <span>

#include "app/params.hpp"

namespace gandan::app {

struct Session;

enum class Needs {
  nothing,  // answers without a vault
  folder,   // a vault's folder, locked or not
  vault,    // an open vault, enrolled or not
  contact,  // a vault that belongs to a realm, also when its lease is over
  realm,    // a vault that belongs to a realm, within its lease
};
enum class Effect {
  reads,   // changes nothing but files that the request names
  local,   // changes this device's vault, takes in, sends, or issues statements
  writes,  // writes records
};
using Handler = Result<json::value> (*)(Session&, Params&);
struct Method {
  std::string_view name;
  Needs needs;
  Effect effect;
  Handler handler;
};
std::span<const Method> methods();

// Runs one request: {"method", "params"}. The answer is the "ok" part.
Result<json::value> dispatch(Session& session, std::string_view request);

// Code::read_only where the vault was opened for reading alone, auditor_reads where this device is an
// auditor's and nothing else.
Status may_take_effect(const Session& session, Effect effect);

// What a method's error means for a device that has no role any more.
Result<json::value> concluded(Session& session, Result<json::value> result);

// realm.cpp
Result<json::value> realm_create(Session& s, Params& p);
Result<json::value> realm_info(Session& s, Params& p);
Result<json::value> unit_add(Session& s, Params& p);
Result<json::value> unit_list(Session& s, Params& p);
// devices.cpp
Result<json::value> device_info(Session& s, Params& p);
Result<json::value> device_list(Session& s, Params& p);
Result<json::value> device_revoke(Session& s, Params& p);
// enrolment.cpp
Result<json::value> device_request(Session& s, Params& p);
Result<json::value> device_read_request(Session& s, Params& p);
Result<json::value> device_approve(Session& s, Params& p);
Result<json::value> device_welcome(Session& s, Params& p);
Result<json::value> realm_card(Session& s, Params& p);
Result<json::value> realm_join(Session& s, Params& p);
// lease.cpp
Result<json::value> device_renew(Session& s, Params& p);
Result<json::value> device_renewed(Session& s, Params& p);
Result<json::value> realm_policy(Session& s, Params& p);
// approve_many.cpp
Result<json::value> device_approve_many(Session& s, Params& p);
// held.cpp
Result<json::value> device_accept(Session& s, Params& p);
Result<json::value> device_held(Session& s, Params& p);
Result<json::value> device_refuse(Session& s, Params& p);
// keys.cpp
Result<json::value> unit_move(Session& s, Params& p);
Result<json::value> unit_rotate(Session& s, Params& p);
// acts.cpp
Result<json::value> act_approve(Session& s, Params& p);
Result<json::value> act_list(Session& s, Params& p);
Result<json::value> act_withdraw(Session& s, Params& p);
Result<json::value> realm_threshold(Session& s, Params& p);
// root.cpp
Result<json::value> root_keeper(Session& s, Params& p);
Result<json::value> root_recovery(Session& s, Params& p);
Result<json::value> root_replace(Session& s, Params& p);
Result<json::value> root_recover_start(Session& s, Params& p);
Result<json::value> root_recover_sign(Session& s, Params& p);
Result<json::value> root_recover_finish(Session& s, Params& p);
// erase.cpp
Result<json::value> erase_propose(Session& s, Params& p);
Result<json::value> erase_hold(Session& s, Params& p);
// register.cpp
Result<json::value> erase_register(Session& s, Params& p);
// filters.cpp
Result<json::value> filter_delete(Session& s, Params& p);
Result<json::value> filter_list(Session& s, Params& p);
Result<json::value> filter_save(Session& s, Params& p);
// holders.cpp
Result<json::value> holder_add(Session& s, Params& p);
Result<json::value> holder_list(Session& s, Params& p);
Result<json::value> holder_use(Session& s, Params& p);
// records.cpp
Result<json::value> record_kinds(Session& s, Params& p);
Result<json::value> record_add(Session& s, Params& p);
Result<json::value> record_copy(Session& s, Params& p);
Result<json::value> record_edit(Session& s, Params& p);
Result<json::value> record_finalize(Session& s, Params& p);
Result<json::value> record_withdraw(Session& s, Params& p);
// check.cpp
Result<json::value> record_check(Session& s, Params& p);
// review.cpp
Result<json::value> record_accept(Session& s, Params& p);
Result<json::value> record_return(Session& s, Params& p);
Result<json::value> record_answer(Session& s, Params& p);
// schema_sets.cpp
Result<json::value> schema_publish(Session& s, Params& p);
Result<json::value> schema_list(Session& s, Params& p);
// sealed.cpp
Result<json::value> record_seal(Session& s, Params& p);
Result<json::value> record_seal_add(Session& s, Params& p);
Result<json::value> record_unseal(Session& s, Params& p);
// signatures.cpp
Result<json::value> record_sign(Session& s, Params& p);
Result<json::value> record_signatures(Session& s, Params& p);
// numbers.cpp
Result<json::value> number_assign(Session& s, Params& p);
Result<json::value> number_list(Session& s, Params& p);
// reading.cpp
Result<json::value> record_show(Session& s, Params& p);
Result<json::value> record_list(Session& s, Params& p);
Result<json::value> record_table(Session& s, Params& p);
Result<json::value> record_links(Session& s, Params& p);
Result<json::value> record_history(Session& s, Params& p);
Result<json::value> search(Session& s, Params& p);
// conflicts.cpp
Result<json::value> conflict_list(Session& s, Params& p);
Result<json::value> conflict_resolve(Session& s, Params& p);
// duplicates.cpp
Result<json::value> duplicate_list(Session& s, Params& p);
// attachments.cpp
Result<json::value> attachment_add(Session& s, Params& p);
Result<json::value> attachment_list(Session& s, Params& p);
Result<json::value> attachment_read(Session& s, Params& p);
// uploads.cpp
Result<json::value> attachment_append(Session& s, Params& p);
Result<json::value> attachment_begin(Session& s, Params& p);
Result<json::value> attachment_discard(Session& s, Params& p);
Result<json::value> attachment_finish(Session& s, Params& p);
// sync.cpp
Result<json::value> sync_run(Session& s, Params& p);
Result<json::value> bundle_export(Session& s, Params& p);
Result<json::value> bundle_import(Session& s, Params& p);
// audit.cpp
Result<json::value> audit_verify(Session& s, Params& p);
Result<json::value> audit_prove(Session& s, Params& p);
Result<json::value> audit_verify_proof(Session& s, Params& p);
Result<json::value> audit_evidence(Session& s, Params& p);
Result<json::value> ledger_export(Session& s, Params& p);
Result<json::value> audit_verify_evidence(Session& s, Params& p);
// audit_run.cpp
Result<json::value> audit_run(Session& s, Params& p);
// report.cpp
Result<json::value> record_print(Session& s, Params& p);
Result<json::value> report_period(Session& s, Params& p);
// slots.cpp
Result<json::value> keys_add(Session& s, Params& p);
Result<json::value> keys_change(Session& s, Params& p);
Result<json::value> keys_list(Session& s, Params& p);
Result<json::value> keys_remove(Session& s, Params& p);
// locking.cpp
Result<json::value> vault_auto_lock(Session& s, Params& p);
Result<json::value> vault_lock(Session& s, Params& p);
Result<json::value> vault_unlock(Session& s, Params& p);
// schema.cpp
Result<json::value> schema_import(Session& s, Params& p);
Result<json::value> schema_export(Session& s, Params& p);
Result<json::value> schema_check(Session& s, Params& p);
// tasks.cpp
Result<json::value> task_list(Session& s, Params& p);
// status.cpp
Result<json::value> app_version(Session& s, Params& p);
Result<json::value> status(Session& s, Params& p);
Result<json::value> vault_check(Session& s, Params& p);
Result<json::value> vault_rebuild(Session& s, Params& p);
Result<json::value> vault_passphrase(Session& s, Params& p);

}  // namespace gandan::app
