#pragma once
// Which stream a channel is coded in.

namespace imgcnn::entropy {

/// The one or two streams of planes that are coded in one go: the first channels in one, the others
/// in another. `Coder` is RansEncoder or RansDecoder. Refers to the coders, which must outlive it.
template <class Coder>
class SplitStreams {
 public:
  /// All channels in one stream: what takes streams takes a coder as well.
  SplitStreams(Coder& only) : SplitStreams(only, only, 0) {}  // NOLINT(google-explicit-constructor)
  /// Channels below `split` in the first stream.
  SplitStreams(Coder& first, Coder& second, int split)
      : first_(first), second_(second), split_(split) {}

  /// The coder of a channel.
  [[nodiscard]] Coder& of(int channel) const { return channel < split_ ? first_ : second_; }

 private:
  Coder& first_;
  Coder& second_;
  int split_;
};

}  // namespace imgcnn::entropy
