//! The twelve tags of a property list, and what people write instead of them.

use super::tree::Kind;

/// What a tag opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    Plist,
    /// A value or key; `<true>` and `<false>` differ by the flag.
    Value(Kind, bool),
}

impl Tag {
    /// The tag of this name.
    pub(crate) fn from_name(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"plist" => Self::Plist,
            b"dict" => Self::Value(Kind::Dictionary, false),
            b"array" => Self::Value(Kind::Array, false),
            b"key" => Self::Value(Kind::Key, false),
            b"string" => Self::Value(Kind::String, false),
            b"integer" => Self::Value(Kind::Integer, false),
            b"real" => Self::Value(Kind::Real, false),
            b"true" => Self::Value(Kind::Boolean, true),
            b"false" => Self::Value(Kind::Boolean, false),
            b"data" => Self::Value(Kind::Data, false),
            b"date" => Self::Value(Kind::Date, false),
            _ => return None,
        })
    }

    /// The tag that was probably meant by an unknown name: other case, a namespace prefix, or a word of another format.
    pub(crate) fn meant(name: &str) -> Option<Self> {
        let local = name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase();
        Self::from_name(local.as_bytes()).or_else(|| {
            Self::from_name(match local.as_str() {
                "int" | "number" | "long" => b"integer",
                "str" | "ustring" | "text" => b"string",
                "dictionary" => b"dict",
                "float" | "double" => b"real",
                "yes" => b"true",
                "no" => b"false",
                "list" => b"array",
                _ => return None,
            })
        })
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Plist => "plist",
            Self::Value(kind, flag) => tag_name(kind, flag),
        }
    }
}

/// The tag name of a kind of value.
pub(crate) const fn tag_name(kind: Kind, flag: bool) -> &'static str {
    match kind {
        Kind::Dictionary | Kind::Uid => "dict",
        Kind::Array => "array",
        Kind::String => "string",
        Kind::Integer => "integer",
        Kind::Real => "real",
        Kind::Boolean if flag => "true",
        Kind::Boolean => "false",
        Kind::Data => "data",
        Kind::Date => "date",
        Kind::Key => "key",
    }
}
