#include "image/formats/tiff_pages.h"

#include <algorithm>
#include <vector>

#include "image/formats/bytes.h"

namespace imgcnn::image {
namespace {

constexpr std::size_t kMaxPages = 4096;

/// What a directory says of its picture.
struct Page {
  std::uint64_t offset = 0;  ///< of the directory in the file
  std::uint64_t pixels = 0;
  bool reduced = false;  ///< a thumbnail or another copy at a lower resolution
  bool mask = false;     ///< says which pixels of another picture are transparent
  bool raw = false;      ///< what the sensor of a camera saw
};

Page describe(const TiffFile& file) {
  Page page;
  const auto kind = file.get<std::uint32_t>(TIFFTAG_SUBFILETYPE, 0);
  const auto photometric = file.get<std::uint16_t>(TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
  page.offset = TIFFCurrentDirOffset(file.handle());
  page.pixels = std::uint64_t{file.get<std::uint32_t>(TIFFTAG_IMAGEWIDTH, 0)} *
                file.get<std::uint32_t>(TIFFTAG_IMAGELENGTH, 0);
  page.reduced = (kind & FILETYPE_REDUCEDIMAGE) != 0 ||
                 file.stated(TIFFTAG_OSUBFILETYPE) == OFILETYPE_REDUCEDIMAGE;
  page.mask = (kind & FILETYPE_MASK) != 0 || photometric == PHOTOMETRIC_MASK;
  // DNG 1.4; PHOTOMETRIC_CFA is the mosaic of the sensor
  constexpr std::uint16_t kLinearRaw = 34892;
  page.raw = photometric == PHOTOMETRIC_CFA || photometric == kLinearRaw;
  return page;
}

/// Reads directories from the current one to the end of its chain; `false` when the chain breaks.
bool follow_chain(TiffFile& file, std::vector<Page>& pages, std::vector<std::uint64_t>* children) {
  do {
    pages.push_back(describe(file));
    std::uint16_t count = 0;
    toff_t* offsets = nullptr;
    if (children != nullptr && TIFFGetField(file.handle(), TIFFTAG_SUBIFD, &count, &offsets) == 1) {
      children->insert(children->end(), offsets, offsets + count);
    }
  } while (pages.size() < kMaxPages && TIFFReadDirectory(file.handle()) == 1);
  return file.error().empty();
}

/// All directories with a picture, those of the main chain first.
std::vector<Page> list_pages(TiffFile& file, Warnings& warnings) {
  std::vector<Page> pages;
  std::vector<std::uint64_t> children;
  bool whole = follow_chain(file, pages, &children);
  for (const std::uint64_t child : children) {
    if (pages.size() >= kMaxPages) break;
    file.forget_messages();
    const bool found = TIFFSetSubDirectory(file.handle(), child) == 1;
    whole = found && follow_chain(file, pages, nullptr) && whole;
  }
  if (!whole) warnings.lost("further pages, which cannot be read,");
  return pages;
}

/// The picture among candidates. Requires: at least one.
const Page& chosen_of(const std::vector<Page>& candidates) {
  constexpr std::uint64_t kThumbnailRatio = 4;
  const Page& first = candidates.front();
  const Page& largest =
      *std::max_element(candidates.begin(), candidates.end(),
                        [](const Page& a, const Page& b) { return a.pixels < b.pixels; });
  return largest.pixels / kThumbnailRatio >= first.pixels ? largest : first;
}

bool is_raw_by_signature(ByteSpan bytes) { return has_at(bytes, 8, "CR\x02"); }  // Canon's CR2

}  // namespace

void select_tiff_page(const Source& source, TiffFile& file, Warnings& warnings) {
  if (is_raw_by_signature(source.bytes)) refuse(source, "camera raw (CR2)");
  if (file.handle() == nullptr) damaged(source, "TIFF", file.error());
  const std::vector<Page> pages = list_pages(file, warnings);
  std::vector<Page> full;
  for (const Page& page : pages) {
    if (page.raw) refuse(source, "camera raw");
    if (page.mask) warnings.lost("a transparency mask");
    if (!page.mask && !page.reduced) full.push_back(page);
  }
  if (full.size() > 1) warnings.lost("further pages");
  if (full.empty()) {
    std::copy_if(pages.begin(), pages.end(), std::back_inserter(full),
                 [](const Page& page) { return !page.mask; });
    warnings.add("the picture is marked as a reduced copy, and there is no other");
  }
  if (full.empty()) refuse(source, "TIFF with a transparency mask alone");
  file.forget_messages();
  if (TIFFSetSubDirectory(file.handle(), chosen_of(full).offset) != 1)
    damaged(source, "TIFF", file.error());
}

}  // namespace imgcnn::image
