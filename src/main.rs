//! The process: hands arguments and streams to the library and its verdict to the shell; nothing else.

use std::process::ExitCode;

// musl's allocator has one lock for all threads, which linting on every core queues for.
// <https://github.com/BurntSushi/ripgrep/issues/1691> has figures of another tool.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    kextpolicy::run(std::env::args_os())
}
