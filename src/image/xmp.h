#pragma once
// XMP packets, of which the orientation matters here.

#include "imgcnn/base/byte_span.h"

namespace imgcnn::image {

/// States orientation 1, upright, wherever the packet states the property Orientation of the TIFF
/// schema, as an attribute or as an element, under whatever prefix. Returns whether it stated
/// another one. Source: Adobe XMP Specification part 2, 1.2.5 and part 1, 7.
bool reset_xmp_orientation(Bytes& xmp);

}  // namespace imgcnn::image
