#pragma once
// What defines SSIMULACRA 2.1: colour space, filter, error maps' constants, weights and the scale
// of the score, for the function on pictures (ssimulacra2.h) and for the one on tensors
// (nn/ssimulacra2.h). Source: Sneyers, "SSIMULACRA 2", github.com/cloudinary/ssimulacra2, version
// 2.1, and the opsin parameters of libjxl, "XYB" in ISO/IEC 18181-1.

#include <array>
#include <cstddef>
#include <cstdint>

namespace imgcnn::image {

/// Linear sRGB to the responses of long, medium and short cones; each row sums to 1.
constexpr std::array<std::array<double, 3>, 3> kOpsinAbsorbance = {{
    {0.30, 0.622, 0.078},
    {0.23, 0.692, 0.078},
    {0.24342268924547819, 0.20476744424496821, 0.55180986650955360},
}};
/// Added to each response before its cube root.
constexpr double kOpsinBias = 0.0037930732552754493;
/// X, Y and B - Y are made positive and of about the same range: scale * value + offset.
constexpr std::array<double, 3> kXybScale = {14.0, 1.0, 1.0};
constexpr std::array<double, 3> kXybOffset = {0.42, 0.01, 0.55};

/// Half of the low-pass filter with sigma 1.5 that libjxl computes recursively (Charalampidis, IEEE
/// TSP 64(14), 2016: three cosines cut off at a radius of 5, where they are zero), from its centre
/// outwards. Samples outside the picture count as zero.
constexpr std::array<double, 5> kSsimulacraTaps = {0.2646211054881986, 0.21292859201042227,
                                                   0.10933537277746035, 0.03601111465836439,
                                                   0.009414367809653733};
constexpr double kSsimulacraC2 = 0.0009;

constexpr std::size_t kSsimulacraScales = 6;
/// Scales end with the first side of less.
constexpr std::int64_t kSsimulacraLeastSide = 8;

/// Weights of the norms of the error maps: for each channel, scale and norm those of the
/// structural, the ringing and the blurring map. A picture with fewer scales takes them in the same
/// order from the first on, as the reference does.
constexpr std::array<double, 108> kSsimulacraWeights = {
    // X, finest scale first: three means, then three 4-norms.
    0, 0.0007376606707406586, 0, 0, 0.0007793481682867309, 0, 0, 0.0004371155730107379, 0,
    1.1041726426657346, 0.00066284834129271, 0.00015231632783718752, 0, 0.0016406437456599754, 0,
    1.8422455520539298, 11.441172603757666, 0, 0.0007989109436015163, 0.000176816438078653, 0,
    1.8787594979546387, 10.94906990605142, 0, 0.0007289346991508072, 0.9677937080626833, 0,
    0.00014003424285435884, 0.9981766977854967, 0.00031949755934435053, 0.0004550992113792063, 0, 0,
    0.0013648766163243398, 0, 0,
    // Y, finest scale first: three means, then three 4-norms.
    0, 0, 0, 7.466890328078848, 0, 17.445833984131262, 0.0006235601634041466, 0, 0,
    6.683678146179332, 0.00037724407979611296, 1.027889937768264, 225.20515300849274, 0, 0,
    19.213238186143016, 0.0011401524586618361, 0.001237755635509985, 176.39317598450694, 0, 0,
    24.43300999870476, 0.28520802612117757, 0.0004485436923833408, 0, 0, 0, 34.77906344483772,
    44.835625328877896, 0, 0, 0, 0, 0, 0, 0,
    // B - Y, finest scale first: three means, then three 4-norms.
    0, 0.0008680556573291698, 0, 0, 0, 0, 0, 0.0005313191874358747, 0, 0.00016533814161379112, 0, 0,
    0, 0, 0, 0.0004179171803251336, 0.0017290828234722833, 0, 0.0020827005846636437, 0, 0,
    8.826982764996862, 23.19243343998926, 0, 95.1080498811086, 0.9863978034400682,
    0.9834382792465353, 0.0012286405048278493, 171.2667255897307, 0.9807858872435379, 0, 0, 0,
    0.0005130064588990679, 0, 0.00010854057858411537};

/// score = 100 - 10 p^kSsimulacraPower, p = c1 d + c2 d^2 + c3 d^3 of the weighted sum d, scaled.
constexpr double kSsimulacraSumScale = 0.9562382616834844;
constexpr std::array<double, 3> kSsimulacraCubic = {2.326765642916932, -0.020884521182843837,
                                                    6.248496625763138e-05};
constexpr double kSsimulacraPower = 0.6276336467831387;

/// How many scales a picture has, by its shorter side; each halves the sides, rounded up. The
/// reference asks before it halves: a side of 8 is followed by one of 4, and from 113 on there are
/// all six.
[[nodiscard]] constexpr std::size_t ssimulacra_scales(std::int64_t side) {
  if (side < kSsimulacraLeastSide) return 0;
  std::size_t scales = 1;
  for (; scales < kSsimulacraScales && side >= kSsimulacraLeastSide; side = (side + 1) / 2)
    ++scales;
  return scales;
}

}  // namespace imgcnn::image
