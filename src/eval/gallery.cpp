// Coding the chosen pictures once more, and the HTML around them.
#include "gallery.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>

#include "html_text.h"
#include "imgcnn/base/error.h"
#include "imgcnn/eval/baselines.h"
#include "imgcnn/eval/metrics.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::eval {
namespace {

constexpr std::size_t kMaxPictures = 6;
// Of the whole gallery, so that the page opens at once
constexpr std::size_t kMaxHtmlBytes = 9'500'000;
constexpr int kMaxWidth = 640;
constexpr int kMaxHeight = 480;
constexpr double kWantedBpp = 0.4;
constexpr int kLosslessWebp = 101;

/// The middle of a picture, at most kMaxWidth x kMaxHeight.
image::Image middle_of(const image::Image& picture) {
  image::Image out = picture;
  out.width = std::min(picture.width, kMaxWidth);
  out.height = std::min(picture.height, kMaxHeight);
  const int left = (picture.width - out.width) / 2;
  const int top = (picture.height - out.height) / 2;
  const auto channels = static_cast<std::size_t>(picture.channels);
  const std::size_t row = static_cast<std::size_t>(out.width) * channels;
  out.samples.resize(out.pixels() * channels);
  for (int y = 0; y < out.height; ++y) {
    const std::size_t from =
        (static_cast<std::size_t>(top + y) * static_cast<std::size_t>(picture.width) +
         static_cast<std::size_t>(left)) *
        channels;
    std::copy_n(
        picture.samples.begin() + static_cast<std::ptrdiff_t>(from), row,
        out.samples.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(y) * row));
  }
  return out;
}

double quality_near(const CodecCurve& curve, double bpp) {
  const auto nearest = std::min_element(curve.points.begin(), curve.points.end(),
                                        [bpp](const RdPoint& a, const RdPoint& b) {
                                          return std::abs(a.bpp - bpp) < std::abs(b.bpp - bpp);
                                        });
  return nearest->quality;
}

/// At most kMaxPictures of the measured paths, first and last among them.
std::vector<std::string> choose_pictures(const std::vector<ImageRow>& rows) {
  std::vector<std::string> all;
  for (const ImageRow& row : rows) {
    if (all.empty() || all.back() != row.image) all.push_back(row.image);
  }
  const std::size_t count = std::min(kMaxPictures, all.size());
  std::vector<std::string> chosen;
  for (std::size_t i = 0; i < count; ++i)
    chosen.push_back(all[count == 1 ? 0 : i * (all.size() - 1) / (count - 1)]);
  return chosen;
}

/// One way to see a picture.
struct Layer {
  std::string name;
  std::string facts;  ///< size and PSNR
  image::Image picture;
};

Layer coded_layer(const std::string& name, const image::Image& original, const Bytes& file,
                  image::Image decoded) {
  const std::string facts = std::to_string(file.size()) + " bytes, " +
                            fixed(bits_per_pixel(file.size(), original), 3) + " bpp, " +
                            fixed(psnr_db(original, decoded), 2) + " dB";
  return {name, facts, std::move(decoded)};
}

std::vector<Layer> layers_of(const image::Image& original, const CodecUnderTest& model,
                             double quality, const std::vector<CodecUnderTest>& others) {
  std::vector<Layer> layers = {{"original", "", original}};
  const Bytes file = model.encode(original, quality);
  layers.push_back(
      coded_layer(model.name + " -q " + fixed(quality, 0), original, file, model.decode(file)));
  const auto add = [&](const std::string& name, const auto& codec) {
    const Bytes other = encode_near_size(codec.encode, original, file.size());
    layers.push_back(coded_layer(name, original, other, codec.decode(other)));
  };
  add("jpeg", find_baseline("jpeg"));
  for (const CodecUnderTest& other : others) add(other.name, other);
  return layers;
}

std::string select_html(const std::vector<Layer>& layers, const std::string& side,
                        std::size_t chosen) {
  std::string html = "<label>" + side + " <select class=\"" + side + "\">";
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Layer& layer = layers[i];
    html += "<option value=\"" + std::to_string(i) + "\"" + (i == chosen ? " selected" : "") + ">" +
            escape_html(layer.name + (layer.facts.empty() ? "" : ": " + layer.facts)) + "</option>";
  }
  return html + "</select></label>";
}

std::string shot_html(const std::string& path, const std::vector<Layer>& layers) {
  const image::Image& original = layers.front().picture;
  std::string images;
  image::Image part;
  for (const Layer& layer : layers) {
    part = middle_of(layer.picture);
    images += "<img alt=\"" + escape_html(layer.name) + "\" src=\"" +
              data_uri("image/webp", image::encode_webp(part, kLosslessWebp)) + "\">\n";
  }
  const auto size = [](int width, int height) {
    return std::to_string(width) + "x" + std::to_string(height);
  };
  std::string caption = std::filesystem::path(path).filename().string() + ", " +
                        size(original.width, original.height);
  if (part.pixels() != original.pixels())
    caption += ", the middle " + size(part.width, part.height);
  const std::string as_wide = "max-width: " + std::to_string(part.width) + "px";
  return "<figure class=\"shot\"><figcaption>" + escape_html(caption) +
         "</figcaption>\n"
         "<div class=\"stage\" style=\"aspect-ratio: " +
         std::to_string(part.width) + " / " + std::to_string(part.height) + "; " + as_wide +
         "\"><div class=\"layers\">\n" + images +
         "</div><i class=\"cut\"></i></div>\n"
         "<input type=\"range\" min=\"0\" max=\"100\" step=\"any\" value=\"50\" "
         "aria-label=\"divide\" style=\"" +
         as_wide +
         "\">\n"
         "<div class=\"controls\">" +
         select_html(layers, "left", 1) + select_html(layers, "right", 2) +
         "<label><input type=\"checkbox\"> difference from the original, "
         "eightfold</label></div></figure>\n";
}

}  // namespace

std::string gallery_html(const EvalReport& report,
                         const std::vector<CodecUnderTest>& tested_codecs) {
  const CodecUnderTest& model = tested_codecs.front();  // models come first
  if (!model.is_model) return {};
  const double quality = quality_near(report.curves.front(), kWantedBpp);
  std::vector<CodecUnderTest> avif;
  std::copy_if(tested_codecs.begin(), tested_codecs.end(), std::back_inserter(avif),
               [](const CodecUnderTest& codec) {
                 return !codec.is_model && (codec.name == "avif" || codec.name == "pillow-avif");
               });
  std::string html;
  for (const std::string& path : choose_pictures(report.rows)) {
    try {
      const std::string shot = shot_html(path, layers_of(read_picture(path), model, quality, avif));
      if (html.size() + shot.size() <= kMaxHtmlBytes) html += shot;
    } catch (const Error& error) {
      spdlog::warn("not in the gallery: {}: {}", path, error.what());
    }
  }
  return html.empty() ? html : "<div class=\"shots\">\n" + html + "</div>\n";
}

}  // namespace imgcnn::eval
