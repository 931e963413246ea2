/* from_c MODEL: compresses and decompresses a gradient in memory with the installed C library. */

#include <imgcnn/c/imgcnn.h>
#include <stdio.h>

enum { kWidth = 48, kHeight = 32 };

int main(int argc, char** argv) {
  unsigned char samples[kWidth * kHeight];
  const imgcnn_picture picture = {kWidth, kHeight, 1, 8, samples};
  imgcnn_picture decoded = {0, 0, 0, 0, NULL};
  imgcnn_codec* codec = NULL;
  unsigned char* bytes = NULL;
  size_t size = 0;
  int status, i;
  if (argc != 2) return 2;
  for (i = 0; i < kWidth * kHeight; ++i) samples[i] = (unsigned char)(4 * (i % kWidth));
  status = imgcnn_open(argv[1], 1, &codec);
  if (status == 0) status = imgcnn_encode(codec, &picture, 80, 0, &bytes, &size);
  if (status == 0) status = imgcnn_decode(codec, bytes, size, &decoded);
  if (status != 0) {
    fprintf(stderr, "%s\n", imgcnn_last_error());
  } else {
    printf("imgcnn %s: %lu bytes, %d x %d\n", imgcnn_version(), (unsigned long)size, decoded.width, decoded.height);
    if (decoded.width != kWidth || decoded.height != kHeight || decoded.channels != 1) status = 1;
  }
  imgcnn_free(decoded.samples);
  imgcnn_free(bytes);
  imgcnn_close(codec);
  return status;
}
