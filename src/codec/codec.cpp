// Pictures to .cnz bytes and back.

#include "imgcnn/codec/codec.h"

#include <algorithm>

#include "imgcnn/base/error.h"
#include "imgcnn/bitstream/container.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/image/image_io.h"
#include "imgcnn/model/network.h"
#include "latent_coder.h"
#include "model_files.h"
#include "network_factory.h"
#include "padding.h"
#include "picture_decoder.h"
#include "picture_encoder.h"
#include "pixel_choice.h"
#include "pixel_fill.h"
#include "pixel_reader.h"
#include "quality.h"

namespace imgcnn::codec {
namespace {

/// Throws kInvalidArgument when the region asked for does not lie inside the picture.
Rect region_of(const std::optional<Region>& asked, const Rect& whole, const std::string& origin) {
  if (!asked) return whole;
  const Rect region{asked->x, asked->y, asked->width, asked->height};
  const bool inside = region.x >= 0 && region.y >= 0 && !region.empty() &&
                      region.width <= whole.width - region.x &&
                      region.height <= whole.height - region.y;
  if (inside) return region;
  throw Error(ErrorCode::kInvalidArgument,
              origin + ": the region does not lie inside the picture of " +
                  std::to_string(whole.width) + "x" + std::to_string(whole.height));
}

bitstream::StreamPreprocess to_stream(const image::Preprocess& p) {
  return {p.brightness, p.contrast, p.gain};
}
image::Preprocess from_stream(const bitstream::StreamPreprocess& p) {
  return {p.brightness, p.contrast, p.gain};
}

}  // namespace

struct Codec::Impl {
  Impl(const std::string& path, const CodecOptions& options)
      : file(path),
        config(model::read_config(file.tensors(), path)),
        pool(options.threads),
        network(make_network(file.tensors(), config, options, pool)),
        coder(file.tensors(), config) {}

  [[nodiscard]] ModelParts parts() { return {*network, config, coder, pool, &file}; }
  void check_model(const bitstream::StreamHeader& header, const std::string& origin) const;

  ModelFile file;
  model::ModelConfig config;
  ThreadPool pool;
  std::unique_ptr<model::Network> network;
  LatentCoder coder;
};

void Codec::Impl::check_model(const bitstream::StreamHeader& header,
                              const std::string& origin) const {
  if (header.model_id == file.id()) return;
  throw Error(ErrorCode::kModelMismatch, origin + ": written with model " +
                                             model::to_hex(header.model_id) + ", this is model " +
                                             model::to_hex(file.id()));
}

// Errors from inside a model speak of tensors; here they learn which file it was.
Codec::Codec(const std::string& model_path, const CodecOptions& options) try
    : impl_(std::make_unique<Impl>(model_path, options)) {
} catch (const Error& error) {
  const std::string message = error.what();
  const bool names_file = message.find(model_path) != std::string::npos;
  throw Error(error.code(), names_file ? message : model_path + ": " + message);
}
Codec::~Codec() = default;
Codec::Codec(Codec&&) noexcept = default;
Codec& Codec::operator=(Codec&&) noexcept = default;

EncodeResult Codec::encode(const image::Image& picture, const EncodeOptions& options) const {
  require(options.quality >= 0 && options.quality <= 100, ErrorCode::kInvalidArgument,
          "quality must be 0 to 100");
  require(options.effort >= 1 && options.effort <= kMaxEffort, ErrorCode::kInvalidArgument,
          "effort must be 1 to " + std::to_string(kMaxEffort));

  EncodeResult result;
  result.preprocess = options.preprocess;
  if (options.auto_colour) result.preprocess.gain = image::grey_world_gains(picture);
  image::check_preprocess(result.preprocess);
  const auto pixels = [&](const Rect& w) {
    auto rgb = image::to_float_rgb(picture, w.x, w.y, w.width, w.height);
    image::apply_preprocess(rgb, result.preprocess);
    return rgb;
  };

  const EffortPlan effort = effort_plan(options.effort);
  const bool searches = effort.iterations > 0;
  const bool lossless = options.pixels == PixelMode::kLossless;
  CodingPlan plan =
      CodingPlan::make(picture.width, picture.height, lossless ? 0 : to_quality16(options.quality),
                       effort.context && impl_->coder.latent().context(), impl_->config);
  const SampleSource samples = [&](const Rect& w) {
    if (result.preprocess.is_identity())
      return image::drop_alpha(image::cut(picture, w.x, w.y, w.width, w.height));
    return image::from_float_rgb(pixels(w), picture.colour_channels(), picture.bit_depth);
  };
  PixelChoice choice;
  if (lossless)
    choice = all_pixels(impl_->pool, samples, plan);
  else if (options.pixels == PixelMode::kAuto)
    choice = choose_pixels(impl_->parts(), pixels, samples, plan, effort.optimized);
  const PixelSource shown = [&](const Rect& w) { return fill_blocks(pixels(w), w, choice.blocks); };
  double cost_before = 0.0;
  if (searches) {
    const OrientedPlan chosen = choose_orientation(impl_->parts(), shown, choice.blocks, plan);
    plan = chosen.plan;
    cost_before = chosen.upright_cost;
  }
  CodedLatent coded =
      encode_picture(impl_->parts(), shown, choice.blocks, plan, effort, options.progress);

  bitstream::Container container;
  if (picture.has_alpha() && !image::is_opaque(picture))
    container.alpha = image::encode_png(image::alpha_plane(picture), {image::kMaxPngLevel});
  if (options.keep_metadata) {
    container.icc = picture.metadata.icc;
    container.exif = picture.metadata.exif;
    container.xmp = picture.metadata.xmp;
  }
  if (searches) {
    const double of_pixels = 8.0 * static_cast<double>(choice.section.size());
    result.search_gain = (cost_before - coded.cost) / (cost_before + of_pixels);
  }
  const std::size_t symbol_bytes = coded.coarse.size() + coded.detail.size();
  result.hyper_bytes = coded.hyper_bytes;
  result.latent_bytes = symbol_bytes - std::min(symbol_bytes, coded.hyper_bytes);
  result.alpha_bytes = container.alpha.size();
  container.coarse = std::move(coded.coarse);
  container.detail = std::move(coded.detail);
  result.pixel_bytes = choice.section.size();
  result.pixel_share = choice.blocks.share();
  container.pixels = std::move(choice.section);

  auto& header = container.header;
  plan.write(header);
  header.channels = picture.channels;
  header.bit_depth = picture.bit_depth;
  header.preprocess = to_stream(result.preprocess);
  impl_->file.confirm();
  // Only now: of a file that does not say it, it takes reading all of it
  header.model_id = impl_->file.id();
  result.bytes = bitstream::serialize_container(container);
  result.bpp =
      8.0 * static_cast<double>(result.bytes.size()) / static_cast<double>(picture.pixels());
  return result;
}

image::Image Codec::decode(ByteSpan file, const DecodeOptions& options,
                           const std::string& origin) const {
  bitstream::ParseLimits limits;
  limits.max_pixels = options.max_pixels;
  require(!options.preview || !options.region, ErrorCode::kInvalidArgument,
          origin + ": a preview is of the whole picture");
  auto container = options.preview ? bitstream::parse_front(file, limits, origin)
                                   : bitstream::parse_container(file, limits, origin);
  const auto& header = container.header;
  impl_->check_model(header, origin);
  const CodingPlan plan = CodingPlan::read(header, impl_->config, origin);
  const LatentSections sections{container.coarse, ByteSpan(container.detail)};

  const Rect whole{0, 0, plan.picture_width(), plan.picture_height()};
  const Rect region = region_of(options.region, whole, origin);
  const int shrink = options.preview ? model::ModelConfig::kPreviewStride : 1;
  const int width = ceil_div(region.width, shrink), height = ceil_div(region.height, shrink);
  const int colours = header.channels <= 2 ? 1 : 3;
  std::optional<PixelReader> pixels;
  if (!container.pixels.empty())
    pixels.emplace(container.pixels, plan, colours, header.bit_depth, origin);
  image::Image picture;
  // Made late: a damaged file seldom comes as far as this.
  const auto make_picture = [&] {
    if (picture.samples.empty()) picture = image::blank(width, height, colours, header.bit_depth);
  };
  const PixelSink show = [&](image::FloatImage rgb, const Rect& w) {
    make_picture();
    if (options.undo_preprocessing) image::undo_preprocess(rgb, from_stream(header.preprocess));
    image::put_float_rgb(rgb, w.x - region.x, w.y - region.y, picture);
  };
  if (options.preview)
    decode_preview(impl_->parts(), plan, sections, origin, show);
  else
    decode_picture(impl_->parts(), plan, sections, region,
                   pixels ? pixels->blocks() : PixelBlocks{}, origin, show);
  make_picture();
  if (plan.tiled()) impl_->parts().release_memory();
  if (pixels) {
    pixels->read(impl_->pool, region, [&](image::Image samples, const Rect& where) {
      if (options.undo_preprocessing) {
        auto rgb = image::to_float_rgb(samples);
        image::undo_preprocess(rgb, from_stream(header.preprocess));
        samples = image::from_float_rgb(rgb, samples.channels, samples.bit_depth);
      }
      put_blocks(samples, where, pixels->blocks(), region, shrink, picture);
    });
  }
  if (header.channels == 2 || header.channels == 4)
    restore_alpha(picture, container.alpha, whole, region, shrink, origin);
  impl_->file.confirm();
  picture.metadata = {std::move(container.icc), std::move(container.exif),
                      std::move(container.xmp)};
  return picture;
}

std::string Codec::model_id() const { return model::to_hex(impl_->file.id()); }
std::string Codec::model_name() const { return impl_->config.name; }
std::string Codec::device_name() const { return impl_->network->device(); }

}  // namespace imgcnn::codec
