// Block DCT atoms in an orthonormal opponent colour space.

#include "imgcnn/nn/block_transform.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace imgcnn::nn {
namespace {

constexpr int kBlock = 16;
constexpr double kPi = 3.14159265358979323846;
constexpr double kChromaDistance = 3.0;

// Orthonormal: luma, red-blue, green-magenta. Close to the principal axes of photographs in RGB.
const std::array<std::array<double, 3>, 3> kOpponent = {{{0.57735027, 0.57735027, 0.57735027},
                                                         {0.70710678, 0.0, -0.70710678},
                                                         {0.40824829, -0.81649658, 0.40824829}}};

struct Atom {
  int colour, u, v;
  [[nodiscard]] double distance() const {
    return std::hypot(u, v) * (colour == 0 ? 1.0 : kChromaDistance);
  }
};

std::vector<Atom> ordered_atoms(std::int64_t count) {
  std::vector<Atom> atoms;
  for (int c = 0; c < 3; ++c)
    for (int v = 0; v < kBlock; ++v)
      for (int u = 0; u < kBlock; ++u) atoms.push_back({c, u, v});
  std::stable_sort(atoms.begin(), atoms.end(),
                   [](const Atom& a, const Atom& b) { return a.distance() < b.distance(); });
  atoms.resize(static_cast<std::size_t>(count));
  return atoms;
}

double basis(int frequency, int position) {
  const double norm = std::sqrt((frequency == 0 ? 1.0 : 2.0) / kBlock);
  return norm * std::cos(kPi * frequency * (2 * position + 1) / (2.0 * kBlock));
}

}  // namespace

torch::Tensor block_dct_atoms(std::int64_t count) {
  const auto atoms = ordered_atoms(count);
  auto result = torch::empty({count, 3 * kBlock * kBlock});
  auto out = result.accessor<float, 2>();
  for (std::int64_t i = 0; i < count; ++i) {
    const Atom& atom = atoms[static_cast<std::size_t>(i)];
    for (int c = 0; c < 3; ++c)
      for (int y = 0; y < kBlock; ++y)
        for (int x = 0; x < kBlock; ++x)
          out[i][(c * kBlock + y) * kBlock + x] = static_cast<float>(
              kOpponent[static_cast<std::size_t>(atom.colour)][static_cast<std::size_t>(c)] *
              basis(atom.u, x) * basis(atom.v, y));
  }
  return result;
}

torch::Tensor block_dct_prior_deviation(std::int64_t count) {
  const auto atoms = ordered_atoms(count);
  auto result = torch::empty({count});
  auto out = result.accessor<float, 1>();
  for (std::int64_t i = 0; i < count; ++i) {
    // Fitted to photographs: the DC of a 16x16 block deviates by about 6, amplitudes fall a little
    // faster than 1 / f.
    out[i] = static_cast<float>(
        6.0 / (1.0 + 2.2 * std::pow(atoms[static_cast<std::size_t>(i)].distance(), 1.5)));
  }
  return result;
}

}  // namespace imgcnn::nn
