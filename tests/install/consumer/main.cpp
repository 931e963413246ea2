// consumer MODEL PICTURE: compresses and decompresses in memory with the installed library.

#include <imgcnn/codec/codec.h>
#include <imgcnn/image/image_io.h>

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  try {
    const imgcnn::codec::Codec codec(argv[1], {"cpu", 1});
    const imgcnn::image::Image picture = imgcnn::image::read_image(argv[2]);
    const imgcnn::codec::EncodeResult compressed = codec.encode(picture, {});
    const imgcnn::image::Image decoded = codec.decode(compressed.bytes);
    std::printf("%zu bytes, %d x %d\n", compressed.bytes.size(), decoded.width, decoded.height);
    return decoded.width == picture.width && decoded.height == picture.height ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
