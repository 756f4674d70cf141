// gandan-bench: measures the budgets of the design on this machine and shows each figure beside its budget.
// Exit code 0 also when a budget is missed: that is for the reader to judge, on his machine.
#include <CLI/CLI.hpp>
#include <iostream>

#include "bench/measurements.hpp"

namespace gandan::bench {
namespace {

struct Subject {
  const char* name;
  void (*measure)(Run&);
};
const Subject kSubjects[] = {
    {"bytes", measure_bytes}, {"ingest", measure_ingest},     {"save", measure_save},
    {"large", measure_large}, {"search", measure_search},     {"encryption", measure_encryption},
    {"sync", measure_sync},   {"rotation", measure_rotation}, {"years", measure_years},
    {"audit", measure_audit}, {"relay", measure_relay},       {"server", measure_server},
    {"load", measure_load}};

int main_function(int argc, char** argv) {
  CLI::App app{"gandan-bench: the figures of Gần Dân on this machine, each beside its budget"};
  bool json = false, quick = false;
  std::vector<std::string> only;
  std::string folder = ".";
  std::string server = (std::filesystem::absolute(argv[0]).parent_path() / "gandan-server").string();
  int repeats = 0;
  app.add_flag("--json", json, "figures as JSON on standard output instead of a table");
  app.add_flag("--quick", quick,
               "small amounts, for a test that everything is measured; the values say little");
  std::vector<std::string> subjects;
  for (const auto& subject : kSubjects) subjects.emplace_back(subject.name);
  app.add_option("--only", only, "some subjects; all when absent")->check(CLI::IsMember(subjects));
  app.add_option("--folder", folder, "work here: on the disk that is to be measured");
  app.add_option("--server", server, "the gandan-server that is measured; beside this program when absent");
  server::StoreChoice store;
  app.add_option(
         "--store", store.url,
         "postgresql://…: an empty database for the server's store; with one of --only relay, server, load")
      ->needs("--only");
  app.add_option("--repeats", repeats, "of each measurement")->check(CLI::Range(1, 100));
  CLI11_PARSE(app, argc, argv);

  Figures figures;
  WorkFolder work(folder);
  store.single_copy = !store.in_folder();
  Run run{figures, work, {quick, repeats != 0 ? repeats : quick ? 2 : 5}, server, store};
  measure_machine(run);
  for (const auto& subject : kSubjects)
    if (only.empty() || std::find(only.begin(), only.end(), subject.name) != only.end()) {
      std::cerr << subject.name << std::endl;
      subject.measure(run);
    }
  std::cout << (json ? figures.json() : figures.table());
  return 0;
}

}  // namespace
}  // namespace gandan::bench

int main(int argc, char** argv) { return gandan::bench::main_function(argc, argv); }
