// The program imgcnn.

#include <unistd.h>

#include "cli/command_line.h"

int main(int argc, char** argv) {
  const int status = imgcnn::cli::run_command_line(argc, argv);
#if defined(__SANITIZE_ADDRESS__)
  return status;  // leaks are looked for on the way out
#else
  // Outputs are closed and results flushed. What libraries do on their way out takes up to a tenth
  // of a second.
  _exit(status);
#endif
}
