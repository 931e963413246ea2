// The table of formats: how files are recognized, and that the documents say what the table says.

#include "image/formats/format_table.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "imgcnn/image/image_io.h"
#include "test_pictures.h"

namespace imgcnn::image {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// What a file that is written in the format can hold.
std::string written(const Capacity& capacity) {
  std::vector<std::string> parts;
  if (capacity.alpha) parts.emplace_back("alpha,");
  parts.emplace_back(capacity.deep ? "8 and 16 bits," : "8 bits,");
  if (capacity.icc) parts.emplace_back("ICC,");
  if (capacity.exif) parts.emplace_back("EXIF,");
  if (capacity.xmp) parts.emplace_back("XMP,");
  std::string text = joined(parts);
  text.pop_back();
  return text;
}

std::string markdown_table() {
  std::string text =
      "| format | read | metadata kept | left out with a warning | refused | written with "
      "|\n|---|---|---|---|---|---|\n";
  for (const FormatInfo& row : format_table()) {
    text += std::string("| ") + row.name + " (`" + joined(row.extensions) + "`) | " + row.read +
            " | " + row.kept + " | " + row.warned + " | " + row.refused + " | " +
            written(row.written) + " |\n";
  }
  return text;
}

std::string manual_section() {
  std::string text;
  for (const FormatInfo& row : format_table()) {
    text += std::string(".TP\n.BR ") + row.name + " \" (" + joined(row.extensions) +
            ")\"\nRead: " + row.read + ".\nKept: " + row.kept +
            ".\nLeft out with a warning: " + row.warned + ".\nRefused: " + row.refused +
            ".\nWritten with: " + written(row.written) + ".\n";
  }
  return text;
}

/// Compares what stands between two lines of a file with `expected`; with IMGCNN_UPDATE_DOCUMENTS
/// it is put there.
void check_document(const std::string& path, const std::string& begin, const std::string& end,
                    const std::string& expected) {
  std::ifstream in(path);
  std::stringstream whole;
  whole << in.rdbuf();
  std::string text = whole.str();
  const std::size_t from = text.find(begin + "\n");
  const std::size_t to = text.find(end + "\n");
  ASSERT_NE(from, std::string::npos) << path;
  ASSERT_NE(to, std::string::npos) << path;
  const std::size_t start = from + begin.size() + 1;
  if (std::getenv("IMGCNN_UPDATE_DOCUMENTS") != nullptr) {
    text.replace(start, to - start, expected);
    std::ofstream(path) << text;
    return;
  }
  EXPECT_EQ(text.substr(start, to - start), expected)
      << path << ": IMGCNN_UPDATE_DOCUMENTS=1 puts it right";
}

TEST(Formats, TheDocumentsSayWhatTheTableSays) {
  const std::string root = IMGCNN_SOURCE_DIR;
  check_document(root + "/README.md",
                 "<!-- formats: made from src/image/formats/format_table.cpp -->",
                 "<!-- end of formats -->", markdown_table());
  check_document(root + "/src/cli/documents/imgcnn.1",
                 ".\\\" formats: made from src/image/formats/format_table.cpp",
                 ".\\\" end of formats", manual_section());
}

TEST(Formats, EveryExtensionIsWrittenOrRefusedByName) {
  const Image picture = gradient_picture(8, 8, 3);
  for (const FormatInfo& row : format_table()) {
    for (const std::string& extension : row.extensions) {
      EXPECT_TRUE(is_picture_name("a" + extension));
      if (extension == ".pbm" || extension == ".pgm") {
        EXPECT_EQ(code_of([&] { (void)encode_image(picture, extension); }),
                  ErrorCode::kInvalidArgument);
        continue;
      }
      const Bytes file = encode_image(picture, extension);
      ASSERT_NE(sniff_format(file), nullptr) << extension;
      EXPECT_EQ(sniff_format(file)->format, row.format) << extension;
    }
  }
}

TEST(Formats, CapacityIsWhatAWrittenFileGivesBack) {
  Image picture = noise_picture(8, 8, 4, 16);
  picture.metadata.icc = icc_profile("RGB ");
  picture.metadata.exif = exif_with_orientation(1);
  picture.metadata.xmp = {'<', 'x', '/', '>'};
  for (const FormatInfo& row : format_table()) {
    const std::string extension = row.extensions[0];
    const Image read = decode_image(encode_image(picture, extension), extension);
    EXPECT_EQ(read.has_alpha(), row.written.alpha) << extension;
    EXPECT_EQ(read.bit_depth == 16, row.written.deep) << extension;
    EXPECT_EQ(read.metadata.icc == picture.metadata.icc, row.written.icc) << extension;
    EXPECT_EQ(read.metadata.exif == picture.metadata.exif, row.written.exif) << extension;
    EXPECT_EQ(read.metadata.xmp == picture.metadata.xmp, row.written.xmp) << extension;
  }
}

TEST(Formats, WhatIsKnownAndNotHandledIsNamed) {
  struct Case {
    std::string start;
    std::string name;
  };
  const std::string zeros(16, '\0');
  for (const Case& c :
       {Case{"GIF89a", "GIF"}, Case{std::string("\0\0\0\x1C", 4) + "ftypavif", "AVIF"},
        Case{std::string("\0\0\0\x1C", 4) + "ftypheic", "HEIC"}, Case{"\xFF\x0A", "JPEG XL"},
        Case{std::string("\0\0\0\x0C", 4) + "JXL \r\n\x87\n", "JPEG XL"},
        Case{std::string("\0\0\0\x0C", 4) + "jP  \r\n\x87\n", "JPEG 2000"},
        Case{"8BPS", "Photoshop"}, Case{"Pf\n", "PFM"}, Case{"FUJIFILMCCD-RAW", "camera raw"},
        Case{"qoif", "QOI"}, Case{std::string("\0\0\1\0", 4), "ICO"}, Case{"%PDF-1.7", "PDF"}}) {
    const std::string text = c.start + zeros;
    try {
      (void)decode_image(Bytes(text.begin(), text.end()), "x");
      ADD_FAILURE() << c.name;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kUnsupportedImage);
      EXPECT_EQ(std::string(error.what()).rfind("x: " + c.name, 0), 0U) << error.what();
      EXPECT_NE(std::string(error.what()).find("is not handled"), std::string::npos)
          << error.what();
    }
  }
}

}  // namespace
}  // namespace imgcnn::image
