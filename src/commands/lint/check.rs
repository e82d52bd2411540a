//! Reads the profiles of a run and lints them: a few on this thread, many on all cores.

use std::sync::{Arc, Once};

use rayon::prelude::*;

use super::sources::Source;
use crate::commands::progress::Progress;
use crate::error::Error;
use crate::lint::settings::Settings;
use crate::lint::{FileReport, check_file, unreadable};
use crate::source::to_u32;

/// Fewer files than this are read faster by one thread than by a pool that has to start first.
pub(super) const PARALLEL_FROM: usize = 16;

/// Lints every file by itself. The order stays.
pub(super) fn check(
    sources: &[Source],
    settings: &Settings,
    progress: &Progress,
) -> Vec<FileReport> {
    let one = |(number, source): (usize, &Source)| {
        let number = to_u32(number);
        let path = Arc::clone(source.name());
        let report = match source.read() {
            Ok(bytes) => check_file(number, path, &bytes, settings),
            Err(why) => unreadable(number, path, &why, settings),
        };
        progress.step();
        report
    };
    if sources.len() < PARALLEL_FROM {
        sources.iter().enumerate().map(one).collect()
    } else {
        sources.par_iter().enumerate().map(one).collect()
    }
}

/// Starts so many threads, or as many as there are cores, for all that follows. This one, which has to be the process's
/// first, is one of them: it would else only wait. Another run of the watch finds them there.
pub(super) fn start_threads(threads: Option<usize>) -> Result<(), Error> {
    static ONCE: Once = Once::new();
    let mut started = Ok(());
    ONCE.call_once(|| {
        started = rayon::ThreadPoolBuilder::new()
            .num_threads(threads.unwrap_or(0))
            .use_current_thread()
            .build_global();
    });
    started.map_err(|error| Error::new("cannot start threads").because(error))
}
