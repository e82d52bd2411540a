//! Ctrl-C, the end of a job or of a terminal while files are written: it ends the run between two steps, with everything put
//! back, and never in the middle of one. At any other time it ends the run at once, as it does for every program.

use std::path::Path;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

#[cfg(unix)]
use signal_hook::consts::SIGHUP;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::profile::repository;

/// The signal that came while files were written; 0 for none.
static CAUGHT: AtomicUsize = AtomicUsize::new(0);

/// Whether a signal ends the process at once.
static AT_ONCE: AtomicBool = AtomicBool::new(true);

/// Ctrl-C, the end of the machine or job, and the end of the terminal.
#[cfg(unix)]
const SIGNALS: [i32; 3] = [SIGINT, SIGTERM, SIGHUP];

/// The signals there are elsewhere.
#[cfg(not(unix))]
const SIGNALS: [i32; 2] = [SIGINT, SIGTERM];

/// Whether a signal was ignored when the tool was started, as a hang-up under `nohup`. Only Linux says so without `unsafe`.
fn is_ignored(signal: i32) -> bool {
    let status = repository::read_text(Path::new("/proc/self/status")).unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

/// Puts signals off until it is dropped.
pub(super) struct PutOff(());

impl PutOff {
    /// From now on a signal is only noted.
    pub(super) fn new() -> Self {
        static LISTENING: Once = Once::new();
        LISTENING.call_once(|| {
            for signal in SIGNALS.into_iter().filter(|signal| !is_ignored(*signal)) {
                let number = usize::try_from(signal).unwrap_or(1);
                // Where a signal cannot be noted it ends the process at once, as before.
                let _ = flag::register_conditional_default(signal, &AT_ONCE)
                    .and_then(|_| flag::register_usize(signal, &CAUGHT, number));
            }
        });
        AT_ONCE.store(false, Ordering::SeqCst);
        Self(())
    }
}

impl Drop for PutOff {
    fn drop(&mut self) {
        AT_ONCE.store(true, Ordering::SeqCst);
    }
}

/// Whether a signal came that was put off.
pub(super) fn is_asked() -> bool {
    CAUGHT.load(Ordering::SeqCst) != 0
}

/// Ends the process by the signal that was put off, so that a script that runs this tool ends too. Returns if none was.
pub(crate) fn end_if_asked() {
    #[cfg(unix)]
    if let Ok(signal @ 1..) = i32::try_from(CAUGHT.load(Ordering::SeqCst)) {
        // It fails for signals without a name, which these have.
        let _ = signal_hook::low_level::emulate_default_handler(signal);
    }
}
