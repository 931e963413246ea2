/* c_interface_test GOLDEN_DIR: there and back at both depths, and every kind of wrong argument. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "imgcnn/c/imgcnn.h"

#define CHECK(condition)                                                                          \
  do {                                                                                            \
    if (!(condition)) {                                                                           \
      fprintf(stderr, "%s:%d: %s; last error: %s\n", __FILE__, __LINE__, #condition, imgcnn_last_error()); \
      exit(1);                                                                                    \
    }                                                                                             \
  } while (0)

enum { kWidth = 37, kHeight = 21 };

static void there_and_back(imgcnn_codec* codec, int channels, int bit_depth) {
  const size_t count = (size_t)kWidth * kHeight * (size_t)channels;
  unsigned char* narrow = malloc(count);
  unsigned short* wide = malloc(2 * count);
  for (size_t i = 0; i < count; ++i) {
    const double wave = 0.5 + 0.3 * sin(0.2 * (double)(i / (size_t)channels % kWidth));
    narrow[i] = (unsigned char)(255 * wave);
    wide[i] = (unsigned short)(65535 * wave);
  }
  const imgcnn_picture picture = {kWidth, kHeight, channels, bit_depth, bit_depth == 8 ? (void*)narrow : (void*)wide};
  unsigned char* bytes = NULL;
  size_t size = 0;
  CHECK(imgcnn_encode(codec, &picture, 100, 0, &bytes, &size) == 0);
  CHECK(size > 20 && memcmp(bytes, "\x89" "CNZ", 4) == 0);

  imgcnn_picture back;
  CHECK(imgcnn_decode(codec, bytes, size, &back) == 0);
  CHECK(back.width == kWidth && back.height == kHeight && back.channels == channels && back.bit_depth == bit_depth);
  double error = 0;
  for (size_t i = 0; i < count; ++i) {
    const double a = bit_depth == 8 ? narrow[i] / 255.0 : wide[i] / 65535.0;
    const double b = bit_depth == 8 ? ((unsigned char*)back.samples)[i] / 255.0 : ((unsigned short*)back.samples)[i] / 65535.0;
    error += (a - b) * (a - b);
  }
  CHECK(error / (double)count < 0.01);
  imgcnn_free(back.samples);

  imgcnn_picture untouched = {0};
  CHECK(imgcnn_decode(codec, bytes, size - 1, &untouched) == 3);
  CHECK(strlen(imgcnn_last_error()) > 0);
  bytes[size / 2] ^= 1;
  CHECK(imgcnn_decode(codec, bytes, size, &untouched) == 3);
  CHECK(imgcnn_decode(codec, NULL, 0, &untouched) == 3);
  CHECK(untouched.samples == NULL);
  imgcnn_free(bytes);
  free(narrow);
  free(wide);
}

int main(int argc, char** argv) {
  CHECK(argc == 2);
  CHECK(strchr(imgcnn_version(), '.') != NULL);
  char path[4096];
  snprintf(path, sizeof path, "%s/tiny_context.safetensors", argv[1]);

  imgcnn_codec* codec = NULL;
  CHECK(imgcnn_open("/no/such/model.safetensors", 1, &codec) == 4);
  CHECK(strstr(imgcnn_last_error(), "/no/such/model.safetensors") != NULL);
  CHECK(imgcnn_open(path, 1, NULL) == 2);
  CHECK(imgcnn_open(path, -1, &codec) == 2);
  CHECK(codec == NULL);
  CHECK(imgcnn_open(path, 1, &codec) == 0);
  CHECK(strcmp(imgcnn_last_error(), "") == 0);

  for (int channels = 1; channels <= 4; ++channels) {
    there_and_back(codec, channels, 8);
    there_and_back(codec, channels, 16);
  }

  unsigned char sample[4] = {0};
  unsigned char* bytes = NULL;
  size_t size = 0;
  imgcnn_picture picture = {1, 1, 3, 8, sample};
  CHECK(imgcnn_encode(NULL, &picture, 50, 3, &bytes, &size) == 2);
  CHECK(imgcnn_encode(codec, NULL, 50, 3, &bytes, &size) == 2);
  CHECK(imgcnn_encode(codec, &picture, 101, 3, &bytes, &size) == 2);
  CHECK(imgcnn_encode(codec, &picture, 50, 10, &bytes, &size) == 2);
  const imgcnn_picture wrong[] = {{0, 1, 3, 8, sample}, {1, 65536, 3, 8, sample}, {1, 1, 5, 8, sample},
                                  {1, 1, 0, 8, sample}, {1, 1, 3, 12, sample},   {1, 1, 3, 8, NULL}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
    CHECK(imgcnn_encode(codec, &wrong[i], 50, 3, &bytes, &size) == 2);
  }
  CHECK(bytes == NULL && size == 0);
  imgcnn_close(codec);
  imgcnn_close(NULL);
  imgcnn_free(NULL);
  return 0;
}
