// gandan-dataset: makes a labelled year of the province, and scores an audit of it.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "CLI/CLI.hpp"
#include "dataset/must.hpp"
#include "dataset/score.hpp"
#include "dataset/year.hpp"

namespace {

using namespace gandan;
using namespace gandan::dataset;

// "1/100", "0.01", "1".
double share_of(const std::string& text) {
  const auto slash = text.find('/');
  const double over = slash == std::string::npos ? 1 : std::stod(text.substr(slash + 1));
  const double out = std::stod(text.substr(0, slash)) / over;
  if (!(out > 0) || out > 10) throw std::runtime_error("--scale: a share such as 1/100");
  return out;
}

void write_text(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

Labels read_labels(const std::string& folder) {
  std::ifstream in(folder + "/labels.json", std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) throw std::runtime_error("no labels.json in " + folder);
  const auto parsed = must(json::parse(text.str()));
  if (!parsed.is_object()) throw std::runtime_error("labels.json holds no object");
  return must(labels_from(parsed.get_object()));
}

void make(const Options& wanted, bool quiet) {
  Options options = wanted;
  if (std::filesystem::exists(options.folder) && !std::filesystem::is_empty(options.folder))
    throw std::runtime_error(options.folder + " is not empty");
  std::filesystem::create_directories(options.folder);
  std::int32_t told = 0;
  options.progress = [&](std::int32_t day, std::size_t records) {
    if (quiet || day - told < 30) return;
    told = day;
    std::fprintf(stderr, "%s: %zu records\n", date_text(day).c_str(), records);
  };
  Year year(options);
  plan_all(year);
  year.run();
  write_text(options.folder + "/labels.json", json::compact(to_json(year.labels)) + "\n");
  if (!quiet)
    std::fprintf(stderr, "%zu records, %llu segments, ledger of %llu entries\n", year.records(),
                 static_cast<unsigned long long>(year.province.segments()),
                 static_cast<unsigned long long>(year.province.ledger_size()));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Makes a labelled year of the province; --score says what an audit of it finds.");
  Options options;
  std::string scale;
  bool scoring = false, as_json = false, quiet = false;
  app.add_option("folder", options.folder, "where the year lies: supervisor/, server/, labels.json")
      ->required();
  app.add_option("--scale", scale,
                 "a share of 65 communes, 2,000 devices and 1,000,000 records, such as 1/100");
  app.add_option("--communes", options.size.communes);
  app.add_option("--devices", options.size.devices);
  app.add_option("--records", options.size.records);
  app.add_option("--seed", options.seed);
  app.add_flag("--score", scoring,
               "audits the year that lies there and holds the findings against the labels");
  app.add_flag("--json", as_json);
  app.add_flag("--quiet", quiet);
  CLI11_PARSE(app, argc, argv);
  try {
    if (scoring) {
      const auto result = must(score(options.folder, read_labels(options.folder)));
      std::cout << (as_json ? json::compact(to_json(result)) + "\n" : table(result));
      return result.accused.empty() ? 0 : 1;
    }
    if (!scale.empty()) options.size = size_of(share_of(scale));
    make(options, quiet);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "gandan-dataset: %s\n", error.what());
    return 2;
  }
}
