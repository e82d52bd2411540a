//! Patterns for paths, and how the name of a file becomes the path they are compared with.

use std::path::{Component, Path, PathBuf};

use globset::{Candidate, Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// A list of patterns such as `intune/**`. One that names a folder stands for everything in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Paths {
    globs: Vec<Glob>,
}

impl Paths {
    /// Reads patterns; the first that is none is given back with the reason.
    pub(super) fn new<'p>(
        patterns: impl IntoIterator<Item = &'p str>,
    ) -> Result<Self, (usize, String)> {
        let mut globs = Vec::new();
        for (number, pattern) in patterns.into_iter().enumerate() {
            let bare = pattern
                .trim_start_matches("./")
                .trim_end_matches('/')
                .to_owned();
            for text in [bare.clone(), format!("{bare}/**")] {
                let glob = GlobBuilder::new(&text)
                    .literal_separator(true)
                    .build()
                    .map_err(|error| (number, error.kind().to_string()))?;
                globs.push(glob);
            }
        }
        // What is too large is reported here, where its place is known.
        match compile(&globs) {
            Ok(_) => Ok(Self { globs }),
            Err(error) => Err((0, error.kind().to_string())),
        }
    }
}

fn compile<'g>(globs: impl IntoIterator<Item = &'g Glob>) -> Result<GlobSet, globset::Error> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(glob.clone());
    }
    set.build()
}

/// Lists of patterns compiled together: one look at a path tells which of them are about it, be they thousands.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    /// Some lists each, with the number of the list that each pattern belongs to.
    parts: Vec<(GlobSet, Vec<usize>)>,
}

impl Lists {
    /// Compiles lists, each with its number.
    pub(super) fn new<'p>(lists: impl IntoIterator<Item = (usize, &'p Paths)>) -> Self {
        /// More patterns than those of so many lists take long to compile into one.
        const TOGETHER: usize = 256;
        let lists: Vec<_> = lists.into_iter().collect();
        let mut parts = Vec::new();
        let mut open: Vec<&[(usize, &Paths)]> = lists.chunks(TOGETHER).rev().collect();
        while let Some(some) = open.pop() {
            if let Ok(set) = compile(some.iter().flat_map(|(_, list)| &list.globs)) {
                let owners = some
                    .iter()
                    .flat_map(|(number, list)| list.globs.iter().map(|_| *number));
                parts.push((set, owners.collect()));
            } else {
                // Too large together; each of them alone was compiled when it was read.
                let (front, back) = some.split_at(some.len() / 2);
                let halves = [back, front].into_iter();
                open.extend(halves.filter(|half| half.len() < some.len()));
            }
        }
        Self { parts }
    }

    /// Whether one of them is about a path.
    pub(super) fn any(&self, path: &str) -> bool {
        self.parts.iter().any(|(set, _)| set.is_match(path))
    }

    /// The numbers of those that are about a path, in order.
    pub(super) fn about(&self, path: &str) -> Vec<usize> {
        let mut about = Vec::new();
        let candidate = Candidate::new(path);
        for (set, owners) in &self.parts {
            let matches = set.matches_candidate(&candidate);
            about.extend(matches.into_iter().map(|glob| owners[glob]));
        }
        about.sort_unstable();
        about.dedup();
        about
    }
}

/// The path of a file below `root`, with forward slashes; `here` is the folder its name counts from.
pub(super) fn relative(root: &Path, here: &Path, name: &str) -> Option<String> {
    let full = plain(&here.join(name));
    let below = full.strip_prefix(plain(root)).ok()?;
    Some(below.to_string_lossy().replace('\\', "/"))
}

/// A path without `.` and `..`. By its words alone: links are not asked, as the names of files are not either.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_stands_for_everything_in_it() {
        let paths = Paths::new(["vendor/", "a/*.mobileconfig"]).unwrap();
        let lists = Lists::new([(0, &paths)]);
        assert!(lists.any("vendor/deep/x.mobileconfig"));
        assert!(lists.any("a/x.mobileconfig"));
        assert!(!lists.any("a/b/x.mobileconfig"));
        assert!(!lists.any("vendors/x.mobileconfig"));
    }

    #[test]
    fn lists_together_say_what_each_of_them_says_alone() {
        let patterns = [
            vec!["**"],
            vec!["a"],
            vec!["a/b", "**/c.mobileconfig"],
            vec!["*.mobileconfig"],
            vec!["a/*/c.*", "b/**/d"],
            vec!["[ab]/{b,c}"],
            vec![],
            vec!["a/b/c.mobileconfig", "./b/"],
        ];
        let lists: Vec<Paths> = (0..600)
            .map(|number| Paths::new(patterns[number % patterns.len()].iter().copied()).unwrap())
            .collect();
        let together = Lists::new(lists.iter().enumerate());
        for path in [
            "a",
            "a/b",
            "a/b/c.mobileconfig",
            "c.mobileconfig",
            "b/x/d",
            "b/d/e",
            "d",
            "",
        ] {
            let alone: Vec<usize> = lists
                .iter()
                .enumerate()
                .filter(|(number, list)| Lists::new([(*number, *list)]).any(path))
                .map(|(number, _)| number)
                .collect();
            assert_eq!(together.about(path), alone, "{path}");
            assert_eq!(together.any(path), !alone.is_empty());
        }
    }

    #[test]
    fn paths_count_from_the_folder_of_the_file() {
        let (root, here) = (Path::new("/repo"), Path::new("/repo/jamf"));
        assert_eq!(
            relative(root, here, "./a.mobileconfig").as_deref(),
            Some("jamf/a.mobileconfig")
        );
        assert_eq!(
            relative(root, here, "../b.mobileconfig").as_deref(),
            Some("b.mobileconfig")
        );
        assert_eq!(relative(root, here, "/other/c.mobileconfig"), None);
    }
}
