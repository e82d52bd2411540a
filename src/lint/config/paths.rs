//! Patterns for paths, and how the name of a file becomes the path they are compared with.

use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// A list of patterns such as `intune/**`. One that names a folder stands for everything in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paths {
    /// The patterns, compiled.
    set: GlobSet,
}

impl Paths {
    /// Compiles patterns; the first that is none is given back with the reason.
    pub(super) fn new<'p>(
        patterns: impl IntoIterator<Item = &'p str>,
    ) -> Result<Self, (usize, String)> {
        let mut set = GlobSetBuilder::new();
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
                set.add(glob);
            }
        }
        set.build()
            .map(|set| Self { set })
            .map_err(|error| (0, error.kind().to_string()))
    }

    /// Whether one of them fits a path.
    pub(in crate::lint) fn holds(&self, path: &str) -> bool {
        self.set.is_match(path)
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
        assert!(paths.holds("vendor/deep/x.mobileconfig"));
        assert!(paths.holds("a/x.mobileconfig"));
        assert!(!paths.holds("a/b/x.mobileconfig"));
        assert!(!paths.holds("vendors/x.mobileconfig"));
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
