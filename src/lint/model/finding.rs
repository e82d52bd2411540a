//! What a rule says: a place, a message, and how to put it right. [`Reporter`] is how it says it.

use std::borrow::Cow;

use super::file_id::FileId;
use super::plan::{Plan, Plans};
use super::refusal::Refusal;
use super::rule_id::RuleId;
use crate::schema::Fleet;
use crate::severity::Severity;
use crate::source::excerpt::Spot;
use crate::source::{Position, Span};
use crate::target::Target;

/// Something wrong with a profile.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    /// The rule that says so.
    pub(crate) rule: RuleId,
    /// How bad it is, settings applied.
    pub(crate) severity: Severity,
    pub(crate) place: Place,
    /// What is wrong: lower case, no full stop, the offending value in backticks.
    pub(crate) message: Cow<'static, str>,
    /// What to say at the caret; may be empty.
    pub(crate) label: Cow<'static, str>,
    pub(crate) help: Option<Cow<'static, str>>,
    /// Other places that explain it.
    pub(crate) related: Vec<Related>,
    /// The remedy as text edits; few findings have one.
    pub(crate) fix: Option<Box<Fix>>,
    /// The remedy that there would be, were the file not signed or binary.
    pub(crate) withheld: Option<Withheld>,
    /// Whether lines and key paths were found: rules over several files only give spans.
    pub(crate) is_resolved: bool,
}

impl Finding {
    /// Where it is, and the places that explain it.
    pub(crate) fn places(&self) -> impl Iterator<Item = &Place> {
        let related = self.related.iter().map(|related| &related.place);
        std::iter::once(&self.place).chain(related)
    }
}

/// A place in a file of the report. Rules give the span; the engine adds what people read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: FileId,
    /// The bytes; `None` when the file as a whole is meant (it could not even be read).
    pub(crate) span: Option<Span>,
    /// Lines and columns; `None` in a binary file.
    pub(crate) range: Option<Range>,
    /// The key path of the value there; empty for the root.
    pub(crate) key_path: String,
}

/// Lines and columns of a place; `end` is one past the last character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Range {
    pub(crate) start: Position,
    /// One past the last.
    pub(crate) end: Position,
}

impl Place {
    /// A place of which only the bytes are known yet.
    pub(crate) fn new(file: FileId, span: Option<Span>) -> Self {
        Self {
            file,
            span,
            range: None,
            key_path: String::new(),
        }
    }

    /// Where the line is that shows it, if it has one.
    pub(crate) fn spot(&self) -> Option<Spot> {
        Some(Spot::new(self.range?.start, self.span?))
    }
}

/// Another place that explains a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Related {
    pub(crate) place: Place,
    pub(crate) message: Cow<'static, str>,
}

/// Whether a fix may be applied without looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Applicability {
    /// What the profile allows stays the same, or becomes what it plainly was meant to be.
    Safe,
    /// A person should look at it first.
    Unsafe,
}

impl Applicability {
    /// The word in reports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// A remedy: edits of the file's text. Nothing is re-serialised, so comments, order and indent survive.
#[derive(Clone, Debug)]
pub(crate) struct Fix {
    /// What it does, as an order: "write `UBF8T346G9`".
    pub(crate) title: String,
    /// Whether it may be applied without looking.
    pub(crate) applicability: Applicability,
    pub(crate) edits: Vec<Edit>,
}

/// A remedy that is not offered, because its edits would not be edits of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Withheld {
    /// Whether it could be applied without looking.
    pub(crate) applicability: Applicability,
    /// Why it is not offered.
    pub(crate) refusal: Refusal,
}

/// Replaces a range of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// What is replaced; empty for an insertion.
    pub(crate) span: Span,
    /// By what; empty for a removal. XML, already escaped.
    pub(crate) replacement: String,
    /// Lines and columns of what is replaced; the engine adds them.
    pub(crate) range: Option<Range>,
}

impl Fix {
    /// A fix that may be applied without looking.
    pub(crate) fn safe(title: impl Into<String>, edits: impl IntoIterator<Item = Edit>) -> Self {
        Self {
            title: title.into(),
            applicability: Applicability::Safe,
            edits: edits.into_iter().collect(),
        }
    }

    /// A fix that a person should look at.
    pub(crate) fn risky(title: impl Into<String>, edits: impl IntoIterator<Item = Edit>) -> Self {
        Self {
            applicability: Applicability::Unsafe,
            ..Self::safe(title, edits)
        }
    }
}

impl Edit {
    /// Replaces a range by text, which is escaped for XML.
    pub(crate) fn text(span: Span, text: &str) -> Self {
        Self::markup(span, crate::escape::xml(text))
    }

    /// Replaces a range by XML as it stands.
    pub(crate) fn markup(span: Span, replacement: impl Into<String>) -> Self {
        Self {
            span,
            replacement: replacement.into(),
            range: None,
        }
    }

    /// Inserts XML before a byte.
    pub(crate) fn insert(offset: u32, markup: impl Into<String>) -> Self {
        Self::markup(
            Span {
                start: offset,
                end: offset,
            },
            markup,
        )
    }

    pub(crate) fn remove(span: Span) -> Self {
        Self::markup(span, "")
    }
}

/// Takes what one rule finds. It knows the rule, so a rule cannot name a wrong one or choose a severity.
pub(crate) struct Reporter<'e> {
    rule: RuleId,
    /// What the settings say about each file.
    plans: Plans<'e>,
    /// The file that is checked.
    file: FileId,
    /// Seconds since 2001-01-01T00:00:00Z, as `plist` dates.
    now: f64,
    /// Everything found so far.
    findings: &'e mut Vec<Finding>,
}

impl<'e> Reporter<'e> {
    pub(crate) fn new(
        rule: RuleId,
        plans: Plans<'e>,
        file: FileId,
        now: f64,
        findings: &'e mut Vec<Finding>,
    ) -> Self {
        Self {
            rule,
            plans,
            file,
            now,
            findings,
        }
    }
}

impl Reporter<'_> {
    /// The MDM server the file is for, if the user said so.
    pub(crate) fn target(&self) -> Option<Target> {
        self.plan().target
    }

    /// The oldest macOS the file is for, as (major, minor), if the user said so.
    pub(crate) fn minimum_os(&self) -> Option<(u16, u16)> {
        self.plan().fleet.oldest
    }

    /// The Macs that the file is for, and the descriptions that it is held against.
    pub(crate) fn fleet(&self) -> Fleet {
        self.plan().fleet
    }

    /// Today, in seconds since 2001-01-01T00:00:00Z, as dates of property lists are.
    pub(crate) fn now(&self) -> f64 {
        self.now
    }

    /// For rules over the repository: the file that the next finding is about.
    pub(crate) fn in_file(&mut self, file: FileId) -> &mut Self {
        self.file = file;
        self
    }

    /// Reports something at a place. The message is lower case, has no full stop, and quotes the offending value
    /// (`escape::quoted`); call `.label`, `.help`, `.related`, `.fix` on the result to say more.
    pub(crate) fn at(
        &mut self,
        span: Span,
        message: impl Into<Cow<'static, str>>,
    ) -> FindingBuilder<'_> {
        self.push(Some(span), message.into())
    }

    /// Reports something at a place of a profile, beside what the policy says there.
    pub(crate) fn beside_policy(
        &mut self,
        (file, span): (FileId, Span),
        message: impl Into<Cow<'static, str>>,
        (beside, label): (Span, &'static str),
    ) -> FindingBuilder<'_> {
        let finding = self.in_file(file).at(span, message);
        finding.elsewhere(FileId::Policy, beside, label)
    }

    /// Reports something about the file as a whole.
    pub(crate) fn whole_file(
        &mut self,
        message: impl Into<Cow<'static, str>>,
    ) -> FindingBuilder<'_> {
        self.push(None, message.into())
    }

    /// What the settings say about the file.
    fn plan(&self) -> &Plan {
        self.plans.plan_of(self.file)
    }

    /// Adds a finding, unless the rule is off for this file (which for a rule over the repository is known only now).
    fn push(&mut self, span: Option<Span>, message: Cow<'static, str>) -> FindingBuilder<'_> {
        let Some(severity) = self.plan().severity(self.rule) else {
            return FindingBuilder(None);
        };
        self.findings.push(Finding {
            rule: self.rule,
            severity,
            place: Place::new(self.file, span),
            message,
            label: Cow::Borrowed(""),
            help: None,
            related: Vec::new(),
            fix: None,
            withheld: None,
            is_resolved: false,
        });
        FindingBuilder(self.findings.last_mut())
    }
}

/// A finding to which more can be said; already reported, so dropping it loses nothing.
pub(crate) struct FindingBuilder<'f>(Option<&'f mut Finding>);

impl FindingBuilder<'_> {
    /// What to say at the caret.
    pub(crate) fn label(mut self, label: impl Into<Cow<'static, str>>) -> Self {
        if let Some(finding) = &mut self.0 {
            finding.label = label.into();
        }
        self
    }

    /// Never worse than this: where less is certain than the rule's level says.
    pub(crate) fn at_most(mut self, severity: Severity) -> Self {
        if let Some(finding) = &mut self.0 {
            finding.severity = finding.severity.min(severity);
        }
        self
    }

    pub(crate) fn help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        if let Some(finding) = &mut self.0 {
            finding.help = Some(help.into());
        }
        self
    }

    /// Another place of the same file that explains it.
    pub(crate) fn related(self, span: Span, message: impl Into<Cow<'static, str>>) -> Self {
        match self.0.as_ref().map(|finding| finding.place.file) {
            Some(file) => self.elsewhere(file, span, message),
            None => self,
        }
    }

    /// A place of another file that explains it.
    pub(crate) fn elsewhere(
        mut self,
        file: FileId,
        span: Span,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        if let Some(finding) = &mut self.0 {
            finding.related.push(Related {
                place: Place::new(file, Some(span)),
                message: message.into(),
            });
        }
        self
    }

    /// The remedy as text edits.
    pub(crate) fn fix(mut self, fix: Fix) -> Self {
        if let Some(finding) = &mut self.0 {
            finding.fix = Some(Box::new(fix));
        }
        self
    }
}
