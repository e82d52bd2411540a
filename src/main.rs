//! The process: hands arguments and streams to the library and its verdict to the shell; nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    kextpolicy::run(std::env::args_os())
}
