# gandan-bench --quick --json: every figure is there with its unit, and beside its budget where it has one. Bytes and
# round trips do not depend on the machine, so these budgets must hold; nothing that is timed is asserted.
# Needs BENCH, SERVER (programs) and FOLDER (to work in).
cmake_minimum_required(VERSION 3.25)
execute_process(COMMAND "${BENCH}" --quick --json --server "${SERVER}" --folder "${FOLDER}"
  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE errors)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "gandan-bench ended with ${result}\n${errors}")
endif()

set(figures
  ed25519_verify ed25519_verify_all disk_sync bytes_per_change_8 seal_rate save_p50 save_p99 save_request_p50
  save_request_p99 search_text_first search_text_common search_text_rare
  search_text_plain search_text_phrase search_text_letters search_text_begins search_text_unit search_text_kind
  search_text_period search_text_state list_page list_kind list_conflicts status nothing_new_bytes
  push_bytes_per_change nothing_new_wire_bytes push_wire_bytes_per_change nothing_new_tls nothing_new_relay
  bytes_per_change_64_random enrol_ms enrol_bytes rotate_commune_ms rotate_commune_bytes rotate_all_ms rotate_all_bytes remove_phone_ms
  remove_phone_bytes move_commune_ms move_commune_bytes remove_top_ms remove_top_bytes
  years_seconds years_memory years_disk erase_ms storm_seconds)
# None is what is wanted: zero is no fault here.
set(may_be_zero storm_errors)
set(within_budget
  bytes_per_change_1 bytes_per_change_64 bytes_per_change_256 bytes_per_change_64_records
  push_round_trips_tls pull_round_trips_tls nothing_new_round_trips_tls
  push_round_trips_relay pull_round_trips_relay nothing_new_round_trips_relay)
set(beside_budget
  ${within_budget} ingest_new ingest_edits open_large open_notebook
  search_text_p50 search_text_p99 search_rare search_common search_letter audit_run push_tls pull_tls push_relay pull_relay pushes_relay pushes_many_relay pushes_tls
  pushes_many_tls idle_connection acknowledged_p99 waiting_request)
# Differences, which a busy machine may bring to nothing: an office that waits may see a push before its sender hears of it.
set(may_be_none visible_p99 save_beyond_disk_p50 save_request_beyond_disk_p50 encryption_overhead)

string(JSON count LENGTH "${output}" figures)
math(EXPR last "${count} - 1")
foreach(i RANGE ${last})
  string(JSON name GET "${output}" figures ${i} name)
  list(APPEND measured ${name})
  string(JSON value_${name} GET "${output}" figures ${i} value)
  string(JSON budget_${name} ERROR_VARIABLE absent GET "${output}" figures ${i} budget)
  string(JSON within_${name} ERROR_VARIABLE absent GET "${output}" figures ${i} within)
endforeach()

set(wrong "")
foreach(name ${figures} ${beside_budget})
  if(NOT name IN_LIST measured)
    list(APPEND wrong "${name} was not measured")
  elseif(NOT value_${name} GREATER 0)
    list(APPEND wrong "${name} is ${value_${name}}")
  endif()
endforeach()
foreach(name ${may_be_none})
  if(NOT name IN_LIST measured)
    list(APPEND wrong "${name} was not measured")
  endif()
endforeach()
foreach(name ${beside_budget} ${may_be_none})
  if(name IN_LIST measured AND NOT budget_${name} GREATER 0)
    list(APPEND wrong "${name} is shown without its budget")
  endif()
endforeach()
foreach(name ${within_budget})
  if(name IN_LIST measured AND NOT within_${name})
    list(APPEND wrong "${name} is ${value_${name}}, the budget ${budget_${name}}")
  endif()
endforeach()
foreach(name ${may_be_zero})
  if(NOT name IN_LIST measured OR NOT within_${name})
    list(APPEND wrong "${name} is ${value_${name}}")
  endif()
endforeach()
foreach(name ${measured})
  if(NOT name IN_LIST figures AND NOT name IN_LIST beside_budget AND NOT name IN_LIST may_be_zero AND
     NOT name IN_LIST may_be_none)
    list(APPEND wrong "${name} is measured and not expected here")
  endif()
endforeach()
if(wrong)
  list(JOIN wrong "\n  " wrong)
  message(FATAL_ERROR "gandan-bench:\n  ${wrong}")
endif()
message("gandan-bench: ${count} figures")
