//! A bar while much is read or signed, so that nobody takes a slow disk for a tool that hangs. Only a terminal shows it, and
//! only once the work has taken a while: pipes and logs of CI jobs never hold any of it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that ends sooner is not shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// Counts files. What it shows is gone from the terminal when it is dropped.
pub(crate) struct Progress {
    /// `None` where nobody would see it.
    shown: Option<Shown>,
}

/// A bar that may not have been drawn yet.
struct Shown {
    /// How far the work is.
    bar: ProgressBar,
    since: Instant,
    /// How long nothing is drawn.
    patience: Duration,
    /// Whether it is drawn by now.
    drawn: AtomicBool,
    place: fn() -> ProgressDrawTarget,
}

impl Progress {
    /// Nothing of so many files is done yet. `watched` says whether standard error is a terminal that may be drawn on.
    pub(crate) fn new(total: usize, watched: bool) -> Self {
        let shown = watched.then(|| Shown::new(total, PATIENCE, ProgressDrawTarget::stderr));
        Self { shown }
    }

    /// One more is done; any thread may say so.
    pub(crate) fn step(&self) {
        if let Some(shown) = &self.shown {
            shown.step();
        }
    }

    /// Writes something else to the terminal, out of the bar's way.
    pub(crate) fn aside<R>(&self, writes: impl FnOnce() -> R) -> R {
        match &self.shown {
            Some(shown) => shown.bar.suspend(writes),
            None => writes(),
        }
    }
}

impl Shown {
    /// A bar that will be drawn at a place.
    fn new(total: usize, patience: Duration, place: fn() -> ProgressDrawTarget) -> Self {
        // Signs that every terminal has.
        let style = ProgressStyle::with_template("{human_pos} of {human_len} files [{bar:40}]");
        let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::hidden());
        Self {
            bar: match style {
                Ok(style) => bar.with_style(style.progress_chars("=> ")),
                Err(_) => bar,
            },
            since: Instant::now(),
            patience,
            drawn: AtomicBool::new(false),
            place,
        }
    }

    /// One more is done.
    fn step(&self) {
        self.bar.inc(1);
        if self.since.elapsed() >= self.patience && !self.drawn.swap(true, Ordering::Relaxed) {
            self.bar.set_draw_target((self.place)());
        }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Mutex;

    use indicatif::TermLike;

    use super::*;

    /// What was written to the terminal of these tests, whose bars are drawn one after the other.
    static WRITTEN: Mutex<String> = Mutex::new(String::new());

    /// A terminal that keeps what is written.
    #[derive(Debug)]
    struct Paper;

    impl TermLike for Paper {
        fn width(&self) -> u16 {
            80
        }

        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)
        }

        fn write_str(&self, text: &str) -> io::Result<()> {
            WRITTEN.lock().unwrap().push_str(text);
            Ok(())
        }

        fn clear_line(&self) -> io::Result<()> {
            self.write_str("(cleared)")
        }

        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What a terminal got to see of three steps of four.
    fn seen(patience: Duration) -> String {
        WRITTEN.lock().unwrap().clear();
        let shown = Shown::new(4, patience, || {
            ProgressDrawTarget::term_like_with_hz(Box::new(Paper), u8::MAX)
        });
        for _ in 0..3 {
            shown.step();
        }
        shown.bar.tick();
        drop(shown);
        WRITTEN.lock().unwrap().clone()
    }

    #[test]
    fn a_bar_is_seen_after_a_while_and_is_gone_at_the_end() {
        let long = seen(Duration::ZERO);
        assert!(long.contains(" of 4 files ["), "{long:?}");
        assert!(long.trim_end().ends_with("(cleared)"), "{long:?}");
        assert_eq!(seen(Duration::MAX), "");
    }

    #[test]
    fn where_nobody_watches_there_is_no_bar() {
        let progress = Progress::new(4, false);
        progress.step();
        assert!(progress.shown.is_none());
    }
}
