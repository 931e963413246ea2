// TIFF by libtiff: samples as they are stored, brought to the forms that `Image` knows.
#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "image/formats/bytes.h"
#include "image/formats/inflate.h"
#include "image/formats/reading.h"
#include "image/formats/tiff_file.h"
#include "image/formats/tiff_pages.h"
#include "image/formats/tiff_tags.h"
#include "image/orientation.h"
#include "imgcnn/base/checked_math.h"

namespace imgcnn::image {
namespace {

enum class Alpha { kNone, kStraight, kAssociated };

/// How the samples of the current directory are stored, and what they mean.
struct Layout {
  Dimensions size;
  int samples = 1;  ///< a pixel
  int bits = 1;     ///< a sample
  std::uint16_t photometric = PHOTOMETRIC_MINISBLACK;
  std::uint16_t compression = COMPRESSION_NONE;
  bool planes = false;  ///< each sample of the pixels in a plane of its own
  Alpha alpha = Alpha::kNone;

  [[nodiscard]] int colours() const { return photometric == PHOTOMETRIC_RGB ? 3 : 1; }
};

[[noreturn]] void broken(const Source& source, const TiffFile& file, const char* otherwise) {
  damaged(source, "TIFF", file.error().empty() ? otherwise : file.error());
}

void refuse_photometric(const Source& source, std::uint16_t photometric) {
  switch (photometric) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK:
    case PHOTOMETRIC_RGB:
    case PHOTOMETRIC_PALETTE:
    case PHOTOMETRIC_YCBCR:
      return;
    case PHOTOMETRIC_SEPARATED:
      refuse(source, "CMYK TIFF (convert it to RGB first)");
    case PHOTOMETRIC_CIELAB:
    case PHOTOMETRIC_ICCLAB:
    case PHOTOMETRIC_ITULAB:
      refuse(source, "Lab TIFF (convert it to RGB first)");
    case PHOTOMETRIC_LOGL:
    case PHOTOMETRIC_LOGLUV:
      refuse(source, "LogLuv TIFF");
    default:
      refuse(source, "TIFF of photometric interpretation " + std::to_string(photometric));
  }
}

void refuse_samples(const Source& source, const TiffFile& file, const Layout& layout) {
  const auto format = file.get<std::uint16_t>(TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  if (format == SAMPLEFORMAT_IEEEFP) refuse(source, "TIFF with floating-point samples");
  if (format == SAMPLEFORMAT_INT) refuse(source, "TIFF with signed samples");
  if (format != SAMPLEFORMAT_UINT && format != SAMPLEFORMAT_VOID)
    refuse(source, "TIFF with complex samples");
  if (layout.bits < 1 || layout.bits > 16)
    refuse(source, "TIFF with " + std::to_string(layout.bits) + "-bit samples");
  if (TIFFIsCODECConfigured(layout.compression) == 0) {
    refuse(source, "TIFF of compression " + std::to_string(layout.compression));
  }
}

/// What a sample beyond the colours is. Programs that know nothing of the tag write four samples
/// and mean alpha.
Alpha read_extra_sample(const Source& source, const TiffFile& file, const Layout& layout,
                        Warnings& warnings) {
  std::uint16_t count = 0;
  std::uint16_t* kinds = nullptr;
  TIFFGetField(file.handle(), TIFFTAG_EXTRASAMPLES, &count, &kinds);
  const int extra = layout.samples - layout.colours();
  if (extra == 0) return Alpha::kNone;
  if (extra != 1 || layout.photometric == PHOTOMETRIC_PALETTE) {
    refuse(source, "TIFF with " + std::to_string(layout.samples) + " samples a pixel");
  }
  if (count == 1 && kinds[0] == EXTRASAMPLE_ASSOCALPHA) return Alpha::kAssociated;
  if (count == 1 && kinds[0] == EXTRASAMPLE_UNASSALPHA) return Alpha::kStraight;
  warnings.add("an extra sample of unstated meaning is taken for alpha");
  return Alpha::kStraight;
}

/// Files without the tag mean what their samples suggest, as libtiff itself has it.
std::uint16_t guessed_photometric(const Layout& layout, Warnings& warnings) {
  warnings.add("the TIFF does not say what its samples mean");
  return layout.samples >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;
}

/// libtiff takes a picture whose colour map is missing or too short for grey, at most with a
/// message.
void check_colour_map(const Source& source, const TiffFile& file, const Layout& layout) {
  if (layout.photometric == PHOTOMETRIC_PALETTE ||
      file.stated(TIFFTAG_PHOTOMETRIC) != PHOTOMETRIC_PALETTE)
    return;
  damaged(source, "TIFF", "the colour map is missing or too short");
}

Layout read_layout(const Source& source, TiffFile& file, Warnings& warnings) {
  Layout layout;
  layout.size = {file.get<std::uint32_t>(TIFFTAG_IMAGEWIDTH, 0),
                 file.get<std::uint32_t>(TIFFTAG_IMAGELENGTH, 0)};
  check_limits(source, layout.size);
  layout.samples = file.get<std::uint16_t>(TIFFTAG_SAMPLESPERPIXEL, 1);
  layout.bits = file.get<std::uint16_t>(TIFFTAG_BITSPERSAMPLE, 1);
  layout.compression = file.get<std::uint16_t>(TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  layout.planes =
      layout.samples > 1 &&
      file.get<std::uint16_t>(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_SEPARATE;
  const int has_photometric = TIFFGetField(file.handle(), TIFFTAG_PHOTOMETRIC, &layout.photometric);
  if (has_photometric != 1) layout.photometric = guessed_photometric(layout, warnings);
  check_colour_map(source, file, layout);
  refuse_photometric(source, layout.photometric);
  refuse_samples(source, file, layout);
  if (layout.photometric == PHOTOMETRIC_YCBCR && layout.compression == COMPRESSION_JPEG) {
    // libjpeg converts; sizes of rows change with this setting.
    TIFFSetField(file.handle(), TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    layout.photometric = PHOTOMETRIC_RGB;
  }
  if (layout.photometric == PHOTOMETRIC_YCBCR) return layout;
  if (layout.samples < layout.colours())
    damaged(source, "TIFF", "it has fewer samples than colours");
  layout.alpha = read_extra_sample(source, file, layout, warnings);
  return layout;
}

/// A file that is far too short for its picture is refused before memory is taken for it.
void check_plausible(const Source& source, const Layout& layout) {
  constexpr std::uint64_t kUsualExpansion = 4096;  // LZW and Deflate stay below
  // A blank row costs a bit of fax, a blank block a few bytes of Zstd
  constexpr std::uint64_t kRunExpansion = 1 << 20;
  const bool usual =
      layout.compression == COMPRESSION_LZW || layout.compression == COMPRESSION_ADOBE_DEFLATE ||
      layout.compression == COMPRESSION_DEFLATE || layout.compression == COMPRESSION_PACKBITS ||
      layout.compression == COMPRESSION_JPEG;
  const std::uint64_t expansion = layout.compression == COMPRESSION_NONE ? 1
                                  : usual                                ? kUsualExpansion
                                                                         : kRunExpansion;
  const std::uint64_t row_bits =
      layout.size.width * static_cast<std::uint64_t>(layout.samples * layout.bits);
  // Chroma of YCbCr may be stored for blocks of up to 4x4 pixels.
  const std::uint64_t subsampling = layout.photometric == PHOTOMETRIC_YCBCR ? 4 : 1;
  if (row_bits / 8 * layout.size.height > source.bytes.size() * expansion * subsampling) {
    damaged(source, "TIFF", "the file is truncated");
  }
}

/// Looks at every strip or tile before libtiff does, which shows a missing one as it pleases, and
/// leaves the checksum behind Deflate's data unread.
void check_pieces(const Source& source, const TiffFile& file, const Layout& layout) {
  TIFF* const tiff = file.handle();
  // libtiff mirrors the bits of files that store the lowest first; those keep their checksums to
  // themselves.
  const bool as_stored =
      file.get<std::uint16_t>(TIFFTAG_FILLORDER, FILLORDER_MSB2LSB) == FILLORDER_MSB2LSB;
  const bool deflate = as_stored && (layout.compression == COMPRESSION_ADOBE_DEFLATE ||
                                     layout.compression == COMPRESSION_DEFLATE);
  const std::uint32_t count =
      TIFFIsTiled(tiff) != 0 ? TIFFNumberOfTiles(tiff) : TIFFNumberOfStrips(tiff);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint64_t offset = TIFFGetStrileOffset(tiff, i);
    const ByteSpan piece = part(source.bytes, offset, TIFFGetStrileByteCount(tiff, i));
    if (offset == 0 || piece.empty()) damaged(source, "TIFF", "a strip or tile is missing");
    if (deflate && is_damaged_zlib(piece))
      damaged(source, "TIFF", "the checksum of a strip or tile does not fit");
  }
}

/// Samples of one row as they come from libtiff, from `at` on, spread over `to` with a stride.
/// Samples of 16 bits are in the machine's order by then; others are packed from the highest bit of
/// each byte on.
void unpack_row(const std::uint8_t* row, std::size_t count, int bits, std::uint16_t* to,
                std::size_t stride) {
  if (bits == 8) {
    for (std::size_t i = 0; i < count; ++i) to[i * stride] = row[i];
  } else if (bits == 16) {
    for (std::size_t i = 0; i < count; ++i) std::memcpy(to + i * stride, row + 2 * i, 2);
  } else {
    std::uint32_t window = 0;
    int held = 0;
    for (std::size_t i = 0; i < count; ++i) {
      for (; held < bits; held += 8) window = window << 8 | *row++;
      held -= bits;
      to[i * stride] = static_cast<std::uint16_t>(window >> held & max_of_bits(bits));
    }
  }
}

/// Reads the samples of the current directory, unscaled, into a picture of as many channels.
class SampleReader {
 public:
  SampleReader(const Source& source, TiffFile& file, const Layout& layout, Image& to)
      : source_(source), file_(file), layout_(layout), to_(to) {}

  void read() {
    const int planes = layout_.planes ? layout_.samples : 1;
    for (int plane = 0; plane < planes; ++plane) {
      if (TIFFIsTiled(file_.handle()) != 0) {
        read_tiles(plane);
      } else {
        read_rows(plane);
      }
    }
  }

 private:
  [[nodiscard]] std::size_t samples_together() const {
    return layout_.planes ? 1 : static_cast<std::size_t>(layout_.samples);
  }

  /// Puts `width` pixels of a row to their place.
  void put(const std::uint8_t* row, int plane, std::size_t x, std::size_t y, std::size_t width) {
    const auto samples = static_cast<std::size_t>(layout_.samples);
    std::uint16_t* const to = to_.samples.data() + (y * layout_.size.width + x) * samples +
                              static_cast<std::size_t>(plane);
    unpack_row(row, width * samples_together(), layout_.bits, to, layout_.planes ? samples : 1);
  }

  [[nodiscard]] std::size_t packed_bytes(std::size_t width) const {
    return ceil_div(width * samples_together() * static_cast<std::size_t>(layout_.bits),
                    std::size_t{8});
  }

  void read_rows(int plane) {
    const auto row_bytes =
        static_cast<std::size_t>(std::max<tmsize_t>(0, TIFFScanlineSize(file_.handle())));
    if (row_bytes < packed_bytes(layout_.size.width))
      broken(source_, file_, "its rows are too short");
    Bytes row(row_bytes);
    for (std::uint32_t y = 0; y < layout_.size.height; ++y) {
      if (TIFFReadScanline(file_.handle(), row.data(), y, static_cast<std::uint16_t>(plane)) != 1) {
        broken(source_, file_, "a row cannot be read");
      }
      put(row.data(), plane, 0, y, layout_.size.width);
    }
  }

  void read_tiles(int plane) {
    constexpr tmsize_t kMaxTile = tmsize_t{1} << 28;
    TIFF* const tiff = file_.handle();
    const std::size_t tile_width = file_.get<std::uint32_t>(TIFFTAG_TILEWIDTH, 0);
    const std::size_t tile_height = file_.get<std::uint32_t>(TIFFTAG_TILELENGTH, 0);
    const tmsize_t tile_bytes = TIFFTileSize(tiff);
    const auto row_bytes = static_cast<std::size_t>(std::max<tmsize_t>(0, TIFFTileRowSize(tiff)));
    if (tile_width == 0 || tile_height == 0 || tile_bytes <= 0)
      broken(source_, file_, "its tiles have no size");
    if (tile_bytes > kMaxTile) refuse(source_, "TIFF with tiles of more than 256 MiB");
    if (row_bytes < packed_bytes(tile_width))
      broken(source_, file_, "the rows of its tiles are too short");
    Bytes tile(static_cast<std::size_t>(tile_bytes));
    for (std::size_t y = 0; y < layout_.size.height; y += tile_height) {
      for (std::size_t x = 0; x < layout_.size.width; x += tile_width) {
        const std::uint32_t index =
            TIFFComputeTile(tiff, static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y), 0,
                            static_cast<std::uint16_t>(plane));
        if (TIFFReadEncodedTile(tiff, index, tile.data(), tile_bytes) != tile_bytes) {
          broken(source_, file_, "a tile cannot be read");
        }
        const std::size_t width = std::min(tile_width, layout_.size.width - x);
        const std::size_t height = std::min(tile_height, layout_.size.height - y);
        for (std::size_t i = 0; i < height; ++i)
          put(tile.data() + i * row_bytes, plane, x, y + i, width);
      }
    }
  }

  const Source& source_;
  TiffFile& file_;
  const Layout& layout_;
  Image& to_;
};

/// Brings samples of `bits` bits to 8 or 16, and white-is-zero to black-is-zero; alpha is never
/// inverted.
void scale_samples(const Layout& layout, Image& picture) {
  const std::uint32_t from = max_of_bits(layout.bits);
  const auto to = static_cast<std::uint32_t>(picture.max_value());
  const bool inverted = layout.photometric == PHOTOMETRIC_MINISWHITE;
  if (from == to && !inverted) return;
  const auto channels = static_cast<std::size_t>(picture.channels);
  const auto colours = static_cast<std::size_t>(picture.colour_channels());
  for (std::size_t i = 0; i < picture.samples.size(); ++i) {
    const std::uint16_t scaled =
        from == to ? picture.samples[i] : rescale(picture.samples[i], from, to);
    const bool invert = inverted && i % channels < colours;
    picture.samples[i] = invert ? static_cast<std::uint16_t>(to - scaled) : scaled;
  }
}

/// Divides alpha out of colours that were multiplied by it.
void separate_alpha(Image& picture) {
  const auto channels = static_cast<std::size_t>(picture.channels);
  const auto full = static_cast<std::uint32_t>(picture.max_value());
  for (std::size_t i = 0; i < picture.samples.size(); i += channels) {
    const std::uint32_t alpha = picture.samples[i + channels - 1];
    for (std::size_t c = 0; c + 1 < channels; ++c) {
      std::uint16_t& sample = picture.samples[i + c];
      // A colour above its alpha is out of range, and 0 where nothing can be seen.
      sample = alpha == 0 ? std::uint16_t{0}
                          : rescale(std::min<std::uint32_t>(sample, alpha), alpha, full);
    }
  }
}

/// Colours of a palette in place of indexes. Maps whose values all stay below 256 are of 8 bits, as
/// old programs wrote.
Image look_up_colours(const Source& source, const TiffFile& file, const Layout& layout,
                      const Image& indexes) {
  std::array<std::uint16_t*, 3> map = {};
  if (TIFFGetField(file.handle(), TIFFTAG_COLORMAP, &map[0], &map[1], &map[2]) != 1) {
    damaged(source, "TIFF", "the colour map is missing");
  }
  const std::size_t entries = std::size_t{max_of_bits(layout.bits)} + 1;
  const bool old = std::all_of(map.begin(), map.end(), [&](const std::uint16_t* values) {
    return std::all_of(values, values + entries, [](std::uint16_t value) { return value < 256; });
  });
  Image picture = make_picture(layout.size, 3, 8);
  std::uint16_t* to = picture.samples.data();
  for (const std::uint16_t index : indexes.samples) {
    for (const std::uint16_t* values : map)
      *to++ = static_cast<std::uint16_t>(old ? values[index] : values[index] >> 8);
  }
  return picture;
}

/// YCbCr that is not inside a JPEG, converted by libtiff to RGB of 8 bits.
Image read_by_libtiff(const Source& source, TiffFile& file, const Layout& layout) {
  std::array<char, 1024> reason = {};
  if (TIFFRGBAImageOK(file.handle(), reason.data()) != 1)
    refuse(source, std::string("TIFF: ") + reason.data());
  std::vector<std::uint32_t> raster(layout.size.width * layout.size.height);
  // In the orientation of the file, so that libtiff turns nothing.
  const auto orientation = file.get<std::uint16_t>(TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  const int done = TIFFReadRGBAImageOriented(
      file.handle(), static_cast<std::uint32_t>(layout.size.width),
      static_cast<std::uint32_t>(layout.size.height), raster.data(), orientation, 1);
  if (done != 1) broken(source, file, "the picture cannot be decoded");
  Image picture = make_picture(layout.size, 3, 8);
  std::uint16_t* to = picture.samples.data();
  for (const std::uint32_t pixel : raster) {
    *to++ = static_cast<std::uint16_t>(TIFFGetR(pixel));
    *to++ = static_cast<std::uint16_t>(TIFFGetG(pixel));
    *to++ = static_cast<std::uint16_t>(TIFFGetB(pixel));
  }
  return picture;
}

Image read_samples(const Source& source, TiffFile& file, const Layout& layout) {
  if (layout.photometric == PHOTOMETRIC_YCBCR) return read_by_libtiff(source, file, layout);
  Image picture = make_picture(layout.size, layout.samples, layout.bits > 8 ? 16 : 8);
  SampleReader(source, file, layout, picture).read();
  if (layout.photometric == PHOTOMETRIC_PALETTE)
    return look_up_colours(source, file, layout, picture);
  scale_samples(layout, picture);
  if (layout.alpha == Alpha::kAssociated) separate_alpha(picture);
  return picture;
}

/// The decoders of libtiff go on after most damage and only speak of it.
void check_messages(const Source& source, const TiffFile& file) {
  if (!file.error().empty()) damaged(source, "TIFF", file.error());
  for (const std::string& message : file.warnings()) {
    if (message.find("Improper JPEG") == std::string::npos) damaged(source, "TIFF", message);
  }
}

}  // namespace

Image read_tiff(const Source& source, Warnings& warnings) {
  TiffFile file(source.bytes);
  select_tiff_page(source, file, warnings);
  const Layout layout = read_layout(source, file, warnings);
  check_plausible(source, layout);
  check_pieces(source, file, layout);
  Metadata metadata = read_tiff_tags(file, warnings);
  const int orientation = file.get<std::uint16_t>(TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  file.forget_messages();
  Image picture = read_samples(source, file, layout);
  check_messages(source, file);
  picture.metadata = std::move(metadata);
  make_upright(picture, orientation, warnings);
  return picture;
}

}  // namespace imgcnn::image
