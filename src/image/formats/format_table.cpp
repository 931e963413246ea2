// The table of picture formats, and the signatures by which files are recognized.
#include "image/formats/format_table.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include "image/formats/bytes.h"

namespace imgcnn::image {
namespace {

constexpr int kMaxJpegSide = 65500;  // JPEG_MAX_DIMENSION of libjpeg
constexpr int kMaxWebpSide = 16383;  // 14 bits, RFC 9649

/// Bytes that files of a format which is not handled start with, or hold at `offset`.
struct ForeignSignature {
  std::size_t offset;
  const char* text;
  std::size_t size;
  const char* name;
};

// Signatures with zero bytes need their size said.
constexpr ForeignSignature kForeign[] = {
    {0, "GIF8", 4, "GIF"},
    {4, "ftypavif", 8, "AVIF"},
    {4, "ftypavis", 8, "AVIF"},
    {4, "ftyphei", 7, "HEIC"},
    {4, "ftyphev", 7, "HEIC"},
    {4, "ftypmif1", 8, "HEIF"},
    {4, "ftypmsf1", 8, "HEIF"},
    {4, "ftypcrx ", 8, "camera raw (CR3)"},
    {4, "ftyp", 4, "MP4 video"},
    {0, "\xFF\x0A", 2, "JPEG XL"},
    {4, "JXL \r\n\x87\n", 8, "JPEG XL"},
    {4, "jP  \r\n\x87\n", 8, "JPEG 2000"},
    {0, "\xFF\x4F\xFF\x51", 4, "JPEG 2000"},
    {0, "II\xBC", 3, "JPEG XR"},
    {0, "8BPS", 4, "Photoshop (PSD)"},
    {0, "gimp xcf", 8, "GIMP (XCF)"},
    {0, "\x76\x2F\x31\x01", 4, "OpenEXR"},
    {0, "#?RADIANCE", 10, "Radiance HDR"},
    {0, "PF\n", 3, "PFM"},
    {0, "Pf\n", 3, "PFM"},
    {0, "FUJIFILMCCD-RAW", 15, "camera raw (RAF)"},
    {0, "IIU\0", 4, "camera raw (RW2)"},
    {0, "IIRO", 4, "camera raw (ORF)"},
    {0, "IIRS", 4, "camera raw (ORF)"},
    {0, "MMOR", 4, "camera raw (ORF)"},
    {0, "qoif", 4, "QOI"},
    {0, "DDS ", 4, "DDS"},
    {0, "\0\0\1\0", 4, "ICO"},
    {0, "SIMPLE  =", 9, "FITS"},
    {0, "AT&TFORM", 8, "DjVu"},
    {0, "%PDF", 4, "PDF"},
    {0, "%!PS", 4, "PostScript"},
    {0, "<svg", 4, "SVG"},
    {0, "\x89MNG", 4, "MNG"},
    {0, "\x8BJNG", 4, "JNG"},
};

std::vector<FormatInfo> make_table() {
  return {
      {Format::kPng,
       "PNG",
       {".png"},
       "grey, RGB and palettes of 1 to 16 bits, alpha, interlaced",
       "ICC, EXIF (also in a raw-profile text), XMP",
       "frames of an animation, gamma and primaries without a profile, cICP, the range of "
       "brightness, IPTC, JUMBF, "
       "damaged metadata, data behind the "
       "picture",
       "CgBI of Apple's tools",
       {true, true, true, true, true, 0}},
      {Format::kJpeg,
       "JPEG",
       {".jpg", ".jpeg", ".jpe", ".jfif"},
       "grey and RGB of 8 bits: baseline, progressive, arithmetic; a missing end marker where "
       "every block is there",
       "ICC, EXIF, XMP",
       "further pictures (MPF), extended XMP, IPTC, JUMBF, a damaged profile, data behind the "
       "picture (the video of a "
       "motion photo), a missing end marker, stray bytes behind the last block",
       "CMYK, 12 bits, lossless JPEG, JPEG-LS, hierarchical JPEG",
       {false, false, true, true, true, kMaxJpegSide}},
      {Format::kWebp,
       "WebP",
       {".webp"},
       "lossy and lossless, alpha",
       "ICC, EXIF, XMP",
       "data behind the picture",
       "animations",
       {true, false, true, true, true, kMaxWebpSide}},
      {Format::kTiff,
       "TIFF",
       {".tif", ".tiff"},
       "grey (also white-is-zero), RGB, palettes and YCbCr of 1 to 16 bits, straight or associated "
       "alpha, strips, "
       "tiles, "
       "planes, every compression of libtiff, BigTIFF; of several pages the first, or one that is "
       "four times as large; "
       "never one that is marked as reduced or as a mask",
       "ICC, XMP",
       "further pages, EXIF, GPS, IPTC, Photoshop's and GeoTIFF's tags, other private tags, gamma "
       "and primaries "
       "without a "
       "profile, an extra sample of unstated meaning",
       "CMYK, Lab, camera raw, floating-point and signed samples, more than 16 bits, more than one "
       "extra sample",
       {true, true, true, false, true, 0}},
      {Format::kBmp,
       "BMP",
       {".bmp", ".dib"},
       "palettes, 16, 24 and 32 bits, bit masks, run lengths, OS/2 and Windows headers; alpha "
       "where a mask says so",
       "ICC",
       "a linked profile, gamma and primaries, a fourth byte that is not declared as alpha, data "
       "behind the picture",
       "JPEG or PNG inside, OS/2 run lengths of 24 bits and Huffman codes",
       {false, false, false, false, false, 0}},
      {Format::kPnm,
       "PNM",
       {".ppm", ".pgm", ".pbm", ".pnm"},
       "plain and raw, any maximum up to 65 535",
       "(none to keep)",
       "further pictures, data behind the picture",
       "samples above the maximum, PFM",
       {false, true, false, false, false, 0}},
      {Format::kPam,
       "PAM",
       {".pam"},
       "black and white, grey, RGB, each with or without alpha, any maximum up to 65 535",
       "(none to keep)",
       "further pictures, data behind the picture",
       "other tuple types",
       {true, true, false, false, false, 0}},
  };
}

bool is_pnm(ByteSpan bytes) {
  return bytes.size() >= 3 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6' &&
         (std::isspace(bytes[2]) != 0 || bytes[2] == '#');
}

/// Classic TIFF (version 42) and BigTIFF (43), either byte order.
bool is_tiff(ByteSpan bytes) {
  const std::uint64_t head = read_be(bytes, 0, 4);
  return head == 0x49492A00 || head == 0x4D4D002A || head == 0x49492B00 || head == 0x4D4D002B;
}

}  // namespace

const std::vector<FormatInfo>& format_table() {
  static const std::vector<FormatInfo> table = make_table();
  return table;
}

const FormatInfo& format_info(Format format) {
  const auto& table = format_table();
  return *std::find_if(table.begin(), table.end(),
                       [&](const FormatInfo& row) { return row.format == format; });
}

const FormatInfo* find_format(const std::string& extension) {
  std::string wanted = extension.empty() || extension[0] != '.' ? "." + extension : extension;
  std::transform(wanted.begin(), wanted.end(), wanted.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  for (const FormatInfo& row : format_table()) {
    if (std::find(row.extensions.begin(), row.extensions.end(), wanted) != row.extensions.end())
      return &row;
  }
  return nullptr;
}

const FormatInfo* sniff_format(ByteSpan bytes) {
  constexpr std::size_t kSmallestBmp = 26;  // file header and OS/2 core header
  if (has_at(bytes, 0, "\x89PNG\r\n\x1A\n")) return &format_info(Format::kPng);
  if (has_at(bytes, 0, "\xFF\xD8\xFF")) return &format_info(Format::kJpeg);
  if (has_at(bytes, 0, "RIFF") && has_at(bytes, 8, "WEBP")) return &format_info(Format::kWebp);
  if (has_at(bytes, 0, "BM") && bytes.size() >= kSmallestBmp) return &format_info(Format::kBmp);
  if (is_pnm(bytes)) return &format_info(Format::kPnm);
  if (has_at(bytes, 0, "P7\n") || has_at(bytes, 0, "P7\r\n")) return &format_info(Format::kPam);
  if (is_tiff(bytes)) return &format_info(Format::kTiff);
  return nullptr;
}

std::string foreign_format(ByteSpan bytes) {
  for (const ForeignSignature& row : kForeign) {
    const bool fits = bytes.size() >= row.offset + row.size;
    if (fits &&
        std::equal(row.text, row.text + row.size, bytes.data() + row.offset,
                   [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; })) {
      return row.name;
    }
  }
  return {};
}

}  // namespace imgcnn::image
