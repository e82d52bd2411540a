//! The inputs: what each is called, which command gives it, which option takes it.

use std::sync::LazyLock;

use super::text::{Line, Text};
use super::{
    activation, kext_policy, loaded, mac, mdatp_health, records, sentences, systemextensionsctl,
    table,
};

/// One kind of input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Input {
    MdatpHealth,
    /// `mdatp health --details system_extensions`
    MdatpExtensions,
    /// `kextutil`, `kextload`
    Kextutil,
    /// `kmutil load`, `kmutil showloaded`, its log
    Kmutil,
    Kextstat,
    /// `systemextensionsctl list`
    SystemExtensionsCtl,
    /// `profiles show`
    Profiles,
    /// `system_profiler -json SPConfigurationProfileDataType`
    SystemProfiler,
    /// `profiles status -type enrollment`
    Enrollment,
    /// The `KextPolicy` database
    KextPolicy,
    /// `spctl kext-consent`
    Spctl,
    /// `csrutil status`
    Csrutil,
    /// `bputil -d`
    Bputil,
    /// `sw_vers`, `uname`
    Mac,
    /// `log show`
    Log,
    /// osquery's tables of extensions
    Records,
}

/// What is said about each input.
static ABOUT: LazyLock<Vec<About>> = LazyLock::new(|| {
    let rows = table::rows(include_str!("inputs.tsv"));
    let about = rows.map(|[_, name, option, command, file]| About {
        name,
        option,
        command,
        file,
    });
    about.collect()
});

/// What is said about an input.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct About {
    /// Its name in messages.
    pub(crate) name: &'static str,
    /// The option that takes it; empty for one that only its content tells.
    pub(crate) option: &'static str,
    /// The command that gives it.
    pub(crate) command: &'static str,
    /// Its file in a collected folder.
    pub(crate) file: &'static str,
}

impl About {
    /// What the input is, in a sentence.
    pub(crate) fn wanted(self) -> String {
        if self.name.starts_with("the ") {
            self.name.to_owned()
        } else {
            format!("the output of {}", self.name)
        }
    }

    /// How it is given.
    pub(crate) fn how(self) -> String {
        if self.option.is_empty() {
            "as a file without an option".to_owned()
        } else {
            format!("as {}", self.option)
        }
    }
}

impl Input {
    /// Every input, in the order in which evidence is read.
    pub(crate) const ALL: [Self; 16] = [
        Self::MdatpHealth,
        Self::MdatpExtensions,
        Self::Kextutil,
        Self::Kmutil,
        Self::Kextstat,
        Self::SystemExtensionsCtl,
        Self::Profiles,
        Self::SystemProfiler,
        Self::Enrollment,
        Self::KextPolicy,
        Self::Spctl,
        Self::Csrutil,
        Self::Bputil,
        Self::Mac,
        Self::Log,
        Self::Records,
    ];

    /// What is said about it: its row of `inputs.tsv`, which has them in this order.
    pub(crate) fn about(self) -> About {
        ABOUT.get(self as usize).copied().unwrap_or_default()
    }

    /// Whether the collect script always asks for it, so that a folder without it lacks something.
    pub(crate) fn is_collected(self) -> bool {
        !matches!(
            self,
            Self::Kextutil
                | Self::Kmutil
                | Self::SystemProfiler
                | Self::Mac
                | Self::Log
                | Self::Records
        )
    }

    /// Whether it says something about kernel extensions only.
    pub(crate) fn is_of_kexts(self) -> bool {
        matches!(
            self,
            Self::Kextutil
                | Self::Kmutil
                | Self::Kextstat
                | Self::KextPolicy
                | Self::Spctl
                | Self::Bputil
        )
    }

    /// Whether it is the output of a load attempt.
    pub(crate) fn is_load(self) -> bool {
        matches!(self, Self::Kextutil | Self::Kmutil)
    }

    /// Whether this option also reads the output of another: shims, logs and lists come from several programs.
    pub(crate) fn takes(self, other: Self) -> bool {
        self == other
            || matches!(
                (self, other),
                (Self::Kextutil | Self::Log, Self::Kmutil)
                    | (
                        Self::Kextutil | Self::Kmutil | Self::SystemExtensionsCtl,
                        Self::Log
                    )
                    | (Self::Log, Self::Kextutil)
                    | (Self::SystemExtensionsCtl | Self::Kextstat, Self::Records)
                    | (Self::Kmutil, Self::Kextutil | Self::Kextstat)
                    | (Self::MdatpHealth, Self::MdatpExtensions)
                    | (Self::MdatpExtensions, Self::MdatpHealth)
            )
    }
}

/// What a text looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Looks {
    Like(Input),
    /// Something with a name that no option takes: what it is, and what to give instead.
    Other(&'static str, &'static str),
    Unknown,
}

impl Looks {
    pub(crate) const fn input(self) -> Option<Input> {
        match self {
            Self::Like(input) => Some(input),
            _ => None,
        }
    }
}

/// Words by which the output of a tool is known, in the order in which they count: `marks.tsv`.
static MARKS: LazyLock<Vec<(&str, Looks)>> = LazyLock::new(|| {
    let rows = table::rows(include_str!("marks.tsv"));
    let marks = rows.filter_map(|[word, input, what, help]| {
        let looks = if input.is_empty() {
            Looks::Other(what, help)
        } else {
            Looks::Like(table::named(input)?)
        };
        Some((word, looks))
    });
    marks.collect()
});

/// Whether a line is of the tool of a security product, which no option takes.
pub(super) fn is_of_product_tool(line: &str) -> bool {
    const TOOLS: [&str; 3] = ["falconctl", "sentinelctl", "cytool"];
    let is_in_it = |(word, looks): &(&str, Looks)| {
        matches!(looks, Looks::Other(what, _) if TOOLS.iter().any(|tool| what.ends_with(tool)))
            && line.contains(word)
    };
    MARKS.iter().any(is_in_it)
}

/// What a text looks like: every input that it holds, because people paste several answers into one file, or the name
/// of something else.
pub(crate) fn recognise(text: &Text) -> Vec<Looks> {
    let whole = text.joined();
    let has_line = |test: &dyn Fn(Line<'_>) -> bool| {
        text.lines()
            .any(|line| line.text.len() < 2000 && test(line))
    };
    let mut found: Vec<Looks> = Vec::new();
    if has_line(&|line| loaded::is_head(line) || loaded::bundle(line).is_some()) {
        found.push(Looks::Like(Input::Kextstat));
    }
    let marked = MARKS.iter().filter(|(word, _)| whole.contains(word));
    found.extend(marked.map(|(_, looks)| *looks));
    if !found.contains(&Looks::Like(Input::SystemExtensionsCtl))
        && has_line(&|line| {
            line.text.ends_with(" extension(s)") || systemextensionsctl::row(line.text).is_some()
        })
    {
        found.push(Looks::Like(Input::SystemExtensionsCtl));
    }
    if records::are_in(text) {
        found.push(Looks::Like(Input::Records));
    }
    let is_activation =
        |line: Line<'_>| activation::says_something(&line.text.to_ascii_lowercase());
    let is_log = |own: &Looks| matches!(own, Looks::Like(Input::Log | Input::SystemExtensionsCtl));
    if !found.iter().any(is_log) && has_line(&is_activation) {
        found.push(Looks::Like(Input::Log));
    }
    if !found.contains(&Looks::Like(Input::MdatpHealth))
        && has_line(&|line| mdatp_health::is_of_silent_service(line.text))
    {
        found.push(Looks::Like(Input::MdatpHealth));
    }
    if has_line(&|line| mac::claim(line).is_some()) {
        found.push(Looks::Like(Input::Mac));
    }
    let is_load = |line: Line<'_>| sentences::claim(&line.text.to_ascii_lowercase()).is_some();
    if !found.iter().any(|own| matches!(own, Looks::Like(_))) && has_line(&is_load) {
        found.push(Looks::Like(Input::Kextutil));
    }
    found.dedup();
    if found.is_empty() {
        found.push(alone(text));
    }
    found
}

/// What a text without any mark looks like.
fn alone(text: &Text) -> Looks {
    if text.first_line().trim_matches('"') == "endpoint_security_extension" {
        return Looks::Like(Input::MdatpHealth);
    }
    if matches!(text.first_line(), "true" | "false") {
        return Looks::Other(
            "the answer of `mdatp health --field`, which does not say which field",
            "give the whole `mdatp health`",
        );
    }
    let is_row = |line: Line<'_>| {
        kext_policy::values(line.text).is_some_and(|values| {
            values.len() <= 9
                && (values.contains(&"1")
                    || values.contains(&"0")
                    || values.contains(&"bundle_id")
                    || values[0].starts_with('/'))
        })
    };
    if text.lines().take(20).any(is_row) {
        return Looks::Like(Input::KextPolicy);
    }
    Looks::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_input_has_its_row_and_every_mark_its_input() {
        let rows: Vec<[&str; 5]> = table::rows(include_str!("inputs.tsv")).collect();
        assert_eq!(rows.len(), Input::ALL.len());
        for (input, [name, ..]) in Input::ALL.into_iter().zip(rows) {
            assert_eq!(table::named(name), Some(input));
        }
        let marks = table::rows::<4>(include_str!("marks.tsv"));
        assert_eq!(MARKS.len(), marks.count());
    }
}
