// The program imgcnn.

#include "cli/command_line.h"

int main(int argc, char** argv) { return imgcnn::cli::run_command_line(argc, argv); }
