#ifndef IMGCNN_C_IMGCNN_H_
#define IMGCNN_C_IMGCNN_H_
/* The codec for C, and for whatever can call C: link or load libimgcnn.so.
 *
 * Functions that return int give a status: 0 ok, 1 processing failed, 2 wrong argument, 3 input
 * damaged or not handled, 4 model missing or not the one a file needs, 6 a limit or memory (those
 * of the program's exit). imgcnn_last_error() then says why. Nothing is written through pointers to
 * results unless the status is 0. */

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One loaded model. Used by one thread at a time. */
typedef struct imgcnn_codec imgcnn_codec;

/* Samples [height][width][channels], rows without gaps: unsigned char for bit_depth 8, native
 * unsigned short for 16. channels: 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA. */
typedef struct imgcnn_picture {
  int width, height;
  int channels;
  int bit_depth;
  void* samples;
} imgcnn_picture;

/* "MAJOR.MINOR.PATCH" of the library. */
const char* imgcnn_version(void);

/* Why the last call on this thread failed; "" when none did. Valid until the next call on the
 * thread. */
const char* imgcnn_last_error(void);

/* Loads a model: a name ("fast") that is looked for in $IMGCNN_MODEL_PATH and beside the program,
 * or a file. NULL is "fast". threads: of the processor, 0 = all cores. */
int imgcnn_open(const char* model, int threads, imgcnn_codec** codec);
/* NULL is allowed. */
void imgcnn_close(imgcnn_codec* codec);

/* Compresses to the bytes of a .cnz file, which imgcnn_free() releases. quality: 0..100;
 * effort: 1..9, 0 = the default.
 */
int imgcnn_encode(imgcnn_codec* codec, const imgcnn_picture* picture, double quality, int effort,
                  unsigned char** bytes, size_t* size);

/* Decompresses; picture->samples is released by imgcnn_free(). */
int imgcnn_decode(imgcnn_codec* codec, const unsigned char* bytes, size_t size,
                  imgcnn_picture* picture);

/* NULL is allowed. */
void imgcnn_free(void* memory);

#ifdef __cplusplus
}
#endif

#endif /* IMGCNN_C_IMGCNN_H_ */
