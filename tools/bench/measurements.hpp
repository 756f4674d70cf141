// The measurements, one function a subject. Each adds its figures.
//
// Threading: one at a time, from one thread.
#pragma once

#include "bench/figures.hpp"
#include "bench/measure.hpp"
#include "store/open_store.hpp"

namespace gandan::bench {

struct Run {
  Figures& figures;
  WorkFolder& folder;
  Scale scale;
  std::string server_program;
  server::StoreChoice store;  // of the servers: of subjects relay, server, load
};

// How many Ed25519 signatures this machine verifies: the yardstick of what a server can bear.
struct VerifyRate {
  double wall = 0;  // per second, by all cores at once
  double cpu =
      0;  // per second that a core really worked on it: hardly moves when others use the machine, too
};
VerifyRate verify_rate(std::size_t count);

void measure_machine(Run& run);     // signatures, the disk's sync
void measure_bytes(Run& run);       // bytes per change
void measure_ingest(Run& run);      // sealing; verify, decrypt, merge, durable
void measure_save(Run& run);        // one record saved, against the disk
void measure_large(Run& run);       // opening and searching a large vault
void measure_search(Run& run);      // searching a large vault of much text, with every filter
void measure_encryption(Run& run);  // encrypted pages against plain ones
void measure_sync(Run& run);        // push, pull and nothing new, in the process and over TLS
void measure_rotation(Run& run);    // enrolment, rotation and removal in a large realm
void measure_years(Run& run);       // a new office that opens 5 years of data; erasing where there is much
void measure_audit(Run& run);       // every indicator over a year of records
void measure_relay(Run& run);       // durable pushes/s, without a network
void measure_server(Run& run);      // the same over TLS, and idle connections
void measure_load(Run& run);        // latency under load, waiting requests, all devices at once

}  // namespace gandan::bench
