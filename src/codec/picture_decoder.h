#pragma once
// A picture from its sections, window by window: memory beyond the picture itself is that of a few
// tiles.

#include <functional>
#include <string>

#include "coding_plan.h"
#include "imgcnn/image/image.h"
#include "model_parts.h"
#include "pixel_blocks.h"
#include "rect.h"
#include "symbol_reader.h"

namespace imgcnn::codec {

/// Samples of a part of the picture, as they come out of the network.
using PixelSink = std::function<void(image::FloatImage rgb, const Rect& where)>;

/// Decodes what `region` of the picture (in samples) needs and shows it in parts that do not
/// overlap, but for those that `covered` blocks hide. Throws kCorrupt naming `origin`.
void decode_picture(const ModelParts& model, const CodingPlan& plan, const LatentSections& sections,
                    const Rect& region, const PixelBlocks& covered, const std::string& origin,
                    const PixelSink& show);

/// The same of the whole picture at 1/8 of its resolution. Looks at section 'coarse' alone.
void decode_preview(const ModelParts& model, const CodingPlan& plan, const LatentSections& sections,
                    const std::string& origin, const PixelSink& show);

}  // namespace imgcnn::codec
