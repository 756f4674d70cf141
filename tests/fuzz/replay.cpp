// Where there is no libFuzzer: runs a target over its corpus, each file whole, cut at every length up to 512
// and with each of its first 512 bytes changed. Arguments: folders (a missing one is empty) or files.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;

// In a buffer of exactly its size, so that a sanitizer sees a read beyond it.
void run(const Input& input) {
  const Input exact(input);
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

void replay(const std::filesystem::path& path) {
  constexpr std::size_t kNear = 512;
  std::ifstream in(path, std::ios::binary);
  const Input input{std::istreambuf_iterator<char>(in), {}};
  run(input);
  for (std::size_t size = 0; size < input.size() && size < kNear; ++size)
    run(Input(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(size)));
  Input changed = input;
  for (std::size_t at = 0; at < input.size() && at < kNear; ++at) {
    for (const int flip : {0x01, 0x80, 0xff}) {
      changed[at] = static_cast<std::uint8_t>(input[at] ^ flip);
      run(changed);
    }
    changed[at] = input[at];
  }
}

}  // namespace

int main(int argc, char* argv[]) {
  std::size_t files = 0;
  run({});
  for (int i = 1; i < argc; ++i) {
    const std::filesystem::path path(argv[i]);
    if (std::filesystem::is_directory(path)) {
      for (const auto& entry : std::filesystem::directory_iterator(path)) {
        replay(entry.path());
        ++files;
      }
    } else if (std::filesystem::exists(path)) {
      replay(path);
      ++files;
    }
  }
  std::printf("%zu inputs\n", files);
  return 0;
}
