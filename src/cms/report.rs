//! Every question about a signature with its own answer: integrity, digest, chain, validity, usage. One of them failing
//! says nothing about the others, so they are never summed up into a single word before a reader sees them.

use time::{Date, OffsetDateTime};

use crate::cms::algorithm::Digest;
use crate::cms::certificate::Certificate;
use crate::cms::chain::Trust;
use crate::cms::integrity::Integrity;
use crate::cms::read::{Signed, Signer};

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// As it should be.
    Good,
    /// Worth knowing; the signature holds.
    Note,
    /// The signature does not hold.
    Bad,
    /// Nobody asked, or it cannot be told.
    Open,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The question, in a word.
    pub(crate) question: &'static str,
    /// What the answer means.
    pub(crate) status: Status,
    pub(crate) text: String,
}

impl Answer {
    fn new(question: &'static str, status: Status, text: impl Into<String>) -> Self {
        Self {
            question,
            status,
            text: text.into(),
        }
    }
}

impl Signed {
    /// The answer about the whole message.
    pub(crate) fn integrity_answer(&self) -> Answer {
        let (status, text) = match self.integrity() {
            Integrity::Holds => (
                Status::Good,
                "the profile is unchanged since it was signed".to_owned(),
            ),
            Integrity::Broken(fault) | Integrity::Unknown(fault) => {
                (Status::Bad, fault.to_string())
            }
        };
        Answer::new("integrity", status, text)
    }

    /// The answers about one signer. Without roots the chain stays open.
    pub(crate) fn signer_answers(
        &self,
        signer: &Signer,
        roots: Option<&[Certificate]>,
        at: OffsetDateTime,
    ) -> Vec<Answer> {
        let mut answers = vec![digest(signer.digest)];
        answers.push(match roots.map(|roots| self.chain(signer, roots, at)) {
            None => Answer::new(
                "chain",
                Status::Open,
                "not checked; give the root you trust with `--ca`",
            ),
            Some(Trust::Trusted { root, expired }) => Answer::new(
                "chain",
                if expired { Status::Note } else { Status::Good },
                format!(
                    "leads to `{root}`{}",
                    if expired {
                        ", though not every certificate on the way is valid at this time"
                    } else {
                        ""
                    }
                ),
            ),
            Some(Trust::Untrusted(reason)) => Answer::new("chain", Status::Bad, reason),
        });
        if let Some(certificate) = self.certificate_of(signer) {
            answers.push(validity(certificate, at));
            answers.push(usage(certificate));
        }
        answers
    }
}

/// Whether the digest is strong.
fn digest(digest: Option<Digest>) -> Answer {
    match digest {
        None => Answer::new("digest", Status::Open, "of an unknown kind"),
        Some(digest) if digest.is_weak() => Answer::new(
            "digest",
            Status::Note,
            format!("{} is weak: sign again with SHA-256", digest.name()),
        ),
        Some(digest) => Answer::new("digest", Status::Good, digest.name()),
    }
}

/// Whether the certificate is valid at a time. In practice most have expired, so this never fails a file.
fn validity(certificate: &Certificate, at: OffsetDateTime) -> Answer {
    let (from, until) = (certificate.not_before(), certificate.not_after());
    if at < from {
        Answer::new(
            "validity",
            Status::Note,
            format!("the certificate is valid only from {}", day(from.date())),
        )
    } else if at > until {
        Answer::new(
            "validity",
            Status::Note,
            format!("the certificate expired on {}", day(until.date())),
        )
    } else {
        Answer::new(
            "validity",
            Status::Good,
            format!("the certificate is valid until {}", day(until.date())),
        )
    }
}

/// What the key may be used for.
fn usage(certificate: &Certificate) -> Answer {
    let mut uses: Vec<String> = certificate
        .key_usage()
        .into_iter()
        .map(str::to_owned)
        .collect();
    uses.extend(certificate.purposes());
    let shown = if uses.is_empty() {
        "not restricted".to_owned()
    } else {
        uses.join(", ")
    };
    if certificate.may_sign() {
        Answer::new("usage", Status::Good, shown)
    } else {
        Answer::new(
            "usage",
            Status::Note,
            format!("not meant for signatures: {shown}"),
        )
    }
}

/// A day as ISO 8601 writes it.
pub(crate) fn day(date: Date) -> String {
    format!(
        "{:04}-{:02}-{:02}",
        date.year(),
        u8::from(date.month()),
        date.day()
    )
}
