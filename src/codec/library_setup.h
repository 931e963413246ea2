#pragma once
// What LibTorch and the libraries below it find when they are loaded.

namespace imgcnn::codec {

/// Sets the variables by which libraries choose their threads, where the environment does not have
/// them already.
void set_library_environment();

/// Throws kLimitExceeded when the process may not map what the libraries take. Some of them end the
/// process, or hang, where a part of it is refused.
void require_library_space();

}  // namespace imgcnn::codec
