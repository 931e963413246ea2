#pragma once
// Between integer pictures and the planar floats that networks see.

#include "imgcnn/image/image.h"

namespace imgcnn::image {

/// [3, H, W] in [0, 1]: samples / max_value; grey is replicated, alpha dropped.
[[nodiscard]] FloatImage to_float_rgb(const Image& picture);

/// The same of a rectangle inside the picture.
[[nodiscard]] FloatImage to_float_rgb(const Image& picture, int x, int y, int width, int height);

/// A picture of zeros without metadata.
[[nodiscard]] Image blank(int width, int height, int channels, int bit_depth);

/// The way back into a picture without alpha, with the top left sample at (x, y): clamps to [0, 1]
/// and rounds half up; a grey picture takes the mean of the three. Requires: 3 channels, inside the
/// picture.
void put_float_rgb(const FloatImage& rgb, int x, int y, Image& picture);

/// A rectangle inside the picture, without metadata.
[[nodiscard]] Image cut(const Image& picture, int x, int y, int width, int height);

/// The means of blocks of factor x factor pixels, at the right and bottom of what is left of them;
/// no metadata.
[[nodiscard]] Image shrunk(const Image& picture, int factor);

/// The way back as a picture of its own: clamps to [0, 1] and rounds half up. colour_channels: 3,
/// or 1 for the mean of the three; bit_depth: 8 or 16. Requires: 3 channels. No metadata.
[[nodiscard]] Image from_float_rgb(const FloatImage& rgb, int colour_channels, int bit_depth);

/// The alpha channel as a 1-channel image of the same depth. Requires: has_alpha().
[[nodiscard]] Image alpha_plane(const Image& picture);

/// Adds alpha to a picture without one. Throws kInvalidArgument unless size and depth agree.
void attach_alpha(Image& picture, const Image& alpha);

/// The colour channels alone, metadata kept.
[[nodiscard]] Image drop_alpha(const Image& picture);

/// True without alpha, or when every alpha sample is at its maximum.
[[nodiscard]] bool is_opaque(const Image& picture);

/// The picture at 8 bits a sample, rounded; metadata kept.
[[nodiscard]] Image to_8_bit(const Image& picture);

}  // namespace imgcnn::image
