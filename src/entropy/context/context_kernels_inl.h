// All kernels of one instruction set: see mlp_kernels_inl.h.

#include "mlp_kernels_inl.h"
#include "predictor_kernels_inl.h"

constexpr ContextKernels kKernels = {pack,           from_features, from_activations,
                                     to_corrections, predict,       adapt};
