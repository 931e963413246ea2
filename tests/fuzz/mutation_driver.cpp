// Stand-in for libFuzzer: runs every file of the folders named on the command line and fixed
// mutations of each.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;

constexpr int kMutationsPerFile = 3000;

std::vector<Input> read_corpus(int argc, char** argv) {
  std::vector<std::filesystem::path> paths;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i]))
      paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Input> corpus;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return corpus;
}

// One to four of: change a byte, cut, insert, repeat a part, append a part of another file.
Input mutated(Input bytes, const std::vector<Input>& corpus, std::mt19937& random) {
  const auto below = [&](std::size_t n) {
    return static_cast<std::ptrdiff_t>(n == 0 ? 0 : random() % n);
  };
  for (int count = 1 + static_cast<int>(random() % 4); count > 0; --count) {
    const auto at = bytes.begin() + below(bytes.size() + 1);
    switch (random() % 5) {
      case 0:
        if (at != bytes.end()) *at = static_cast<std::uint8_t>(*at ^ 1U << random() % 8);
        break;
      case 1:
        if (at != bytes.end()) bytes.erase(at, random() % 2 == 0 ? at + 1 : bytes.end());
        break;
      case 2:
        bytes.insert(at, static_cast<std::uint8_t>(random()));
        break;
      case 3: {
        const Input part(bytes.begin(), at);
        bytes.insert(bytes.end(), part.begin(), part.end());
        break;
      }
      default: {
        const Input& other = corpus[random() % corpus.size()];
        bytes.insert(bytes.end(), other.begin() + below(other.size()), other.end());
      }
    }
  }
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<Input> corpus = read_corpus(argc, argv);
  if (corpus.empty()) {
    std::fprintf(stderr, "no corpus\n");
    return 1;
  }
  std::mt19937 random(1);
  LLVMFuzzerTestOneInput(nullptr, 0);
  for (const Input& seed : corpus) {
    LLVMFuzzerTestOneInput(seed.data(), seed.size());
    for (int i = 0; i < kMutationsPerFile; ++i) {
      const Input input = mutated(seed, corpus, random);
      LLVMFuzzerTestOneInput(input.data(), input.size());
    }
  }
  std::printf("%zu files, %d mutations each\n", corpus.size(), kMutationsPerFile);
  return 0;
}
