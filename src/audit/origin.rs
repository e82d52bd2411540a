//! Where something that a profile allows is said.

/// A place as people find it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub(crate) struct Origin {
    /// The file.
    pub(crate) file: String,
    /// The line, from 1; `None` in a binary file.
    pub(crate) line: Option<u32>,
    /// The column, from 1; `None` in a binary file.
    pub(crate) column: Option<u32>,
    /// The key path.
    pub(crate) key_path: String,
}

impl Origin {
    /// A file as a whole.
    pub(crate) fn whole(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            line: Some(1),
            column: Some(1),
            key_path: String::new(),
        }
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&crate::escape::visible(&self.file))?;
        match self.line {
            Some(line) => write!(f, ":{line}"),
            None => write!(f, " ({})", crate::escape::visible(&self.key_path)),
        }
    }
}
