// consumer PICTURES PACK: packs a folder of pictures with the installed library of training.

#include <imgcnn/train/trainer.h>

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  try {
    imgcnn::train::PackOptions options;
    options.data = {argv[1]};
    options.out = argv[2];
    imgcnn::train::pack(options);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
