//! Reads the profiles of a run and lints them: a few on this thread, many on all cores, a handful at a time.

use std::sync::{Arc, Once};

use rayon::prelude::*;

use super::draft::Draft;
use crate::commands::progress::Progress;
use crate::error::Error;
use crate::lint::facts::Keep;
use crate::lint::settings::Settings;
use crate::lint::{File, FileReport, Gathered, HANDFUL, Memory, check_files, unreadable};
use crate::profile::repository::Folder;

/// Fewer files than this are read faster by one thread than by a pool that has to start first.
pub(super) const PARALLEL_FROM: usize = 16;

/// So many files are looked at before what was found in them is put together, for which the threads wait for each other.
/// With a quarter as many a run took a fiftieth longer.
const AT_ONCE: usize = 4096;

/// From so many files on, memory counts more than reading a few of them twice.
const MANY_FROM: usize = 5_000;

/// Files are looked at when they are so many bytes together, however few they are: more do not fit into the caches.
const ENOUGH: usize = 128 * 1024;

/// A buffer for more bytes than this is one large file's, and goes with it.
const LARGE: usize = 1024 * 1024;

/// Lints every file by itself. The order stays.
pub(super) fn check(drafts: &[Draft], settings: &Settings, progress: &Progress) -> Gathered {
    let keep = if drafts.len() < MANY_FROM {
        Keep::Marks
    } else {
        Keep::Numbers
    };
    let some = |scratch: &mut Scratch, first: usize, drafts: &[Draft]| {
        scratch.check(first, drafts, settings, keep, progress)
    };
    let mut gathered = Gathered::for_files(drafts.len());
    if drafts.len() < PARALLEL_FROM {
        let mut scratch = Scratch::default();
        let handfuls = drafts.chunks(HANDFUL).zip((0..).step_by(HANDFUL));
        let reports = handfuls.map(|(handful, first)| some(&mut scratch, first, handful));
        gathered.add(reports.collect());
        return gathered;
    }
    // Some of the files may be large: every thread gets several turns.
    let size = (drafts.len() / rayon::current_num_threads() / 4).clamp(1, HANDFUL);
    for (drafts, first) in drafts.chunks(AT_ONCE).zip((0..).step_by(AT_ONCE)) {
        let handfuls = drafts.par_chunks(size).enumerate();
        let reports = handfuls.map_init(Scratch::default, |scratch, (number, handful)| {
            some(scratch, first + number * size, handful)
        });
        gathered.add(reports.collect());
    }
    gathered
}

/// Memory that serves one handful of files after the other.
#[derive(Default)]
struct Scratch {
    /// For the bytes of each.
    buffers: [Vec<u8>; HANDFUL],
    /// Where the last of them stands.
    folder: Folder,
    /// For what is found in them.
    memory: Memory,
}

impl Scratch {
    /// Lints at most a handful of files; `first` is the number of the first one.
    fn check(
        &mut self,
        first: usize,
        drafts: &[Draft],
        settings: &Settings,
        keep: Keep,
        progress: &Progress,
    ) -> Vec<FileReport> {
        let mut reports = Vec::with_capacity(drafts.len());
        while reports.len() < drafts.len() {
            let done = reports.len();
            let mut files = Vec::with_capacity(drafts.len() - done);
            let (mut size, mut unread) = (0, None);
            for (draft, buffer) in drafts[done..].iter().zip(&mut self.buffers) {
                let path = draft.name();
                match draft.read_into(buffer, &mut self.folder) {
                    Ok(bytes) => {
                        size += bytes.len();
                        files.push(File { path, bytes });
                    }
                    Err(why) => unread = Some((path, why)),
                }
                if size >= ENOUGH || unread.is_some() {
                    break;
                }
            }
            let number = |reports: &[_]| u32::try_from(first + reports.len()).unwrap_or(u32::MAX);
            let next = number(&reports);
            check_files(&mut self.memory, next, &files, settings, keep, &mut reports);
            if let Some((path, why)) = unread {
                let next = number(&reports);
                reports.push(unreadable(next, Arc::clone(path), &why, settings));
            }
            for buffer in &mut self.buffers {
                if buffer.capacity() > LARGE {
                    *buffer = Vec::new();
                }
            }
            for _ in done..reports.len() {
                progress.step();
            }
        }
        reports
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
