#pragma once
// A stream of planes, and where it is cut in two.

namespace imgcnn::entropy {

/// The coder of planes that are coded channel by channel, and the channel that its stream is cut in
/// front of. `Coder` is RansEncoder or RansDecoder. Refers to the coder, which must outlive it.
template <class Coder>
class CutStream {
 public:
  /// No cut: what takes a stream takes a coder as well.
  CutStream(Coder& coder) : CutStream(coder, kNowhere) {}  // NOLINT(google-explicit-constructor)
  /// The cut lies in front of channel `cut`, or behind the last one where that is their number.
  CutStream(Coder& coder, int cut) : coder_(coder), cut_(cut) {}

  [[nodiscard]] Coder& coder() const { return coder_; }
  /// To be called once with each channel before its symbols are coded, and in the end with the
  /// number of channels. Throws what the coder's `cut` throws.
  void reach(int channel) const {
    if (channel == cut_) coder_.cut();
  }

 private:
  static constexpr int kNowhere = -1;

  Coder& coder_;
  int cut_;
};

}  // namespace imgcnn::entropy
