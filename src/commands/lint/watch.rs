//! `lint --watch`: lints, waits until something it goes by is saved, and lints again, until Ctrl-C
//! or until nobody reads the reports any more.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::{Args, configuration, once};
use crate::commands::{Context, interrupt, print_failure};
use crate::error::Error;
use crate::exit::ExitStatus;
use crate::profile::repository;

/// One save is several events; a run begins when there was none of them for so long.
const SETTLE: Duration = Duration::from_millis(100);

/// But at the latest so long after the first of them: something may be saved all the time.
const LATEST: Duration = Duration::from_secs(2);

/// What a watch waits for.
enum News {
    /// Something was saved, or cannot be watched.
    Change(notify::Result<Event>),
    /// Whoever read standard output has gone, as `head` does.
    #[cfg_attr(not(unix), expect(dead_code, reason = "no system call says so there"))]
    NobodyReads,
}

/// Lints again after each change. Ctrl-C ends it; without a reader it ends with the verdict of the last run.
pub(super) fn run(args: &Args, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    // What no change of a file can mend ends the watch before it begins.
    super::selection(args)?;
    let mut places = Places::of(args, context)?;
    let (sender, news) = channel();
    let changes = sender.clone();
    let mut watcher = notify::recommended_watcher(move |event| {
        // Nobody waits any more when the watch ends.
        let _ = changes.send(News::Change(event));
    })
    .map_err(cannot_watch)?;
    places.watch(&mut watcher)?;
    let shown = args
        .output
        .as_deref()
        .is_none_or(|path| path == Path::new("-"));
    if shown {
        watch_reader(sender);
    }
    let clear = shown && clears_screen();
    loop {
        if clear {
            context.out.clear_screen()?;
        }
        // The configuration may name other paths now. What is missing is said by the run.
        if let Ok(now) = Places::of(args, context)
            && now != places
        {
            now.watch(&mut watcher)?;
            places = now;
        }
        let verdict = match once(args, context) {
            Ok(verdict) => verdict,
            // Ctrl-C while a report was written.
            Err(error) if interrupt::is_asked() => return Err(error),
            Err(error) => {
                print_failure(&error, context.err)?;
                ExitStatus::Failure
            }
        };
        context.out.flush()?;
        if !context.quiet {
            writeln!(context.err, "watching for changes; Ctrl-C ends it")?;
        }
        if !wait(&news, &places, &mut watcher, context)? {
            return Ok(verdict);
        }
    }
}

/// Whether standard output is a screen that understands being cleared.
fn clears_screen() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Waits until whoever reads standard output has gone. A screen that goes ends the process by itself.
#[cfg(unix)]
fn watch_reader(sender: Sender<News>) {
    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::io::Errno;

    let stdout = std::io::stdout();
    if stdout.is_terminal() {
        return;
    }
    std::thread::spawn(move || {
        let gone = PollFlags::HUP | PollFlags::ERR;
        let mut streams = [PollFd::new(&stdout, gone)];
        while poll(&mut streams, None) == Err(Errno::INTR) {}
        if streams[0].revents().intersects(gone) {
            // The watch may have ended.
            let _ = sender.send(News::NobodyReads);
        }
    });
}

/// Elsewhere no system call says so.
#[cfg(not(unix))]
fn watch_reader(_: Sender<News>) {}

/// Waits for a change that matters, and until its events have ended. Says whether anybody still reads.
fn wait(
    news: &Receiver<News>,
    places: &Places,
    watcher: &mut RecommendedWatcher,
    context: &mut Context<'_>,
) -> Result<bool, Error> {
    // When the run may begin, and when it has to. What happens beside the places, and that can be a lot, moves neither.
    let mut times: Option<(Instant, Instant)> = None;
    loop {
        let next = if let Some((begin, _)) = times {
            let left = begin.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(true);
            }
            match news.recv_timeout(left) {
                Ok(next) => next,
                Err(_) => return Ok(true),
            }
        } else {
            news.recv().map_err(|error| {
                Error::new("the watch has ended")
                    .because(error)
                    .help("start it again")
            })?
        };
        match next {
            News::NobodyReads => return Ok(false),
            News::Change(Ok(event)) => {
                places.watch_again(&event, watcher);
                if places.concern(&event) {
                    let now = Instant::now();
                    let latest = times.map_or(now + LATEST, |(_, latest)| latest);
                    times = Some((latest.min(now + SETTLE), latest));
                }
            }
            // Something cannot be watched any more; what was seen so far still counts.
            News::Change(Err(error)) => {
                print_failure(&cannot_watch(error), context.err)?;
            }
        }
    }
}

/// What a run reads, by its real paths: systems report changes by those.
#[derive(Debug, Default, PartialEq, Eq)]
struct Places {
    /// Folders searched for profiles.
    folders: Vec<PathBuf>,
    /// Files: profiles named outright, the configuration, the policy, the baseline.
    files: Vec<PathBuf>,
}

impl Places {
    /// The places of these arguments.
    fn of(args: &Args, context: &Context<'_>) -> Result<Self, Error> {
        let mut places = Self::default();
        let more = configuration::places(args, context)?;
        let args = &configuration::watched(args, context)?;
        for path in &args.paths {
            if path == Path::new("-") || repository::is_stream(path) {
                return Err(Error::new("cannot watch standard input or another stream")
                    .help("name files or folders, or leave out --watch"));
            }
            let real = path
                .canonicalize()
                .map_err(|error| Error::io("watch", path, error))?;
            if real.is_dir() {
                places.folders.push(real);
            } else {
                places.file(path);
            }
        }
        for path in more.iter().chain(&args.policy).chain(&args.baseline) {
            places.file(path);
        }
        Ok(places)
    }

    /// Adds a file that exists or may come to exist: under its own name and, if that is a link, where it leads.
    fn file(&mut self, path: &Path) {
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        if let (Ok(folder), Some(name)) = (folder.canonicalize(), path.file_name()) {
            self.files.push(folder.join(name));
        }
        self.files.extend(path.canonicalize());
    }

    /// Starts to watch. A file is watched through its folder, because editors put a new file in its place.
    fn watch(&self, watcher: &mut RecommendedWatcher) -> Result<(), Error> {
        let mut above: Vec<&Path> = self
            .files
            .iter()
            .chain(&self.folders)
            .filter_map(|path| path.parent())
            .filter(|path| !self.folders.iter().any(|folder| path.starts_with(folder)))
            .collect();
        above.sort_unstable();
        above.dedup();
        for folder in above {
            watcher
                .watch(folder, RecursiveMode::NonRecursive)
                .map_err(cannot_watch)?;
        }
        for folder in &self.folders {
            watcher
                .watch(folder, RecursiveMode::Recursive)
                .map_err(cannot_watch)?;
        }
        Ok(())
    }

    /// Watches a folder again that was removed and has come back, as switching branches does.
    fn watch_again(&self, event: &Event, watcher: &mut RecommendedWatcher) {
        for folder in self.folders.iter().filter(|own| event.paths.contains(own)) {
            if matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_)) && folder.is_dir()
            {
                // Not watched any more is what is hoped for here.
                let _ = watcher.unwatch(folder);
                // One that is gone again by now will be reported when it comes back.
                let _ = watcher.watch(folder, RecursiveMode::Recursive);
            }
        }
    }

    /// Whether a run could say something else after this event.
    fn concern(&self, event: &Event) -> bool {
        let read_only = matches!(event.kind, EventKind::Access(kind)
            if kind != AccessKind::Close(AccessMode::Write));
        !read_only
            && (event.need_rescan()
                || event
                    .paths
                    .iter()
                    .any(|path| self.files.contains(path) || self.searched(path, event.kind)))
    }

    /// Whether the search for profiles comes to this path and takes it into account.
    fn searched(&self, path: &Path, kind: EventKind) -> bool {
        let below = |folder: &PathBuf| path.strip_prefix(folder).ok().map(Path::to_owned);
        self.folders.iter().filter_map(below).any(|below| {
            let folder = below.parent().unwrap_or(Path::new(""));
            let name = below.file_name().unwrap_or_default();
            if is_hidden(folder) {
                return false;
            }
            name == ".gitignore"
                || name == ".ignore"
                || repository::is_profile_name(&below)
                || (!is_hidden(Path::new(name)) && is_folder(path, kind))
        })
    }
}

/// Whether a part of the path is hidden, as `.git` is.
fn is_hidden(path: &Path) -> bool {
    path.iter()
        .any(|part| part.to_string_lossy().starts_with('.'))
}

/// Whether a folder came, went or has another name. Of one that is gone the system may not say that it was a folder.
fn is_folder(path: &Path, kind: EventKind) -> bool {
    match kind {
        EventKind::Create(CreateKind::Folder) | EventKind::Remove(RemoveKind::Folder) => true,
        EventKind::Create(_) => path.is_dir(),
        EventKind::Remove(RemoveKind::Any) | EventKind::Modify(ModifyKind::Name(_)) => {
            path.is_dir() || path.extension().is_none()
        }
        _ => false,
    }
}

/// A watch that the system refuses.
fn cannot_watch(error: notify::Error) -> Error {
    let help = if matches!(error.kind, notify::ErrorKind::MaxFilesWatch) {
        "name the folder that holds the profiles, or allow more: sysctl fs.inotify.max_user_watches"
    } else {
        "lint without --watch, or name the folder that holds the profiles"
    };
    Error::new("cannot watch for changes")
        .because(error)
        .help(help)
}
