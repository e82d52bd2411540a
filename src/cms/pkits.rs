//! Paths against the Public Key Interoperability Test Suite of NIST (PKITS 1.0.1). The suite comes with the Python
//! package `cryptography_vectors`; `KEXTPOLICY_PKITS` names its folder `PKITS_data`.

#![cfg(test)]

use std::path::PathBuf;

use time::macros::datetime;

use super::certificate::Certificate;
use super::chain::{ChainBuilder, Trust};

/// The certificates of the suite by file name, sorted.
fn suite() -> Vec<(String, Certificate)> {
    let folder = std::env::var_os("KEXTPOLICY_PKITS").expect("KEXTPOLICY_PKITS names PKITS_data");
    let folder = PathBuf::from(folder).join("certs");
    let mut all: Vec<_> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .filter_map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_stem()?.to_str()?.to_owned();
            let der = std::fs::read(&path).expect("a certificate");
            Some((name, Certificate::from_der(&der)?))
        })
        .collect();
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    all
}

/// Paths that NIST calls valid and that are refused here: why, what the answer says, and which.
const REFUSED: &[(&str, &str, &[&str])] = &[
    (
        "The signer's certificate is one of an authority, which webpki refuses.",
        "signed with the certificate of an authority",
        &[
            "DifferentPoliciesTest7EE",
            "DifferentPoliciesTest8EE",
            "OverlappingPoliciesTest6EE",
            "ValidonlyContainsCACertsTest13EE",
            "ValidpathLenConstraintTest14EE",
            "ValidpathLenConstraintTest8EE",
        ],
    ),
    (
        "Name constraints on directory names, mail addresses and URIs are not compared.",
        "restricts the names it may issue",
        &[
            "ValidDNandRFC822nameConstraintsTest27EE",
            "ValidDNnameConstraintsTest11EE",
            "ValidDNnameConstraintsTest14EE",
            "ValidDNnameConstraintsTest18EE",
            "ValidDNnameConstraintsTest1EE",
            "ValidDNnameConstraintsTest4EE",
            "ValidDNnameConstraintsTest5EE",
            "ValidDNnameConstraintsTest6EE",
            "ValidRFC822nameConstraintsTest21EE",
            "ValidRFC822nameConstraintsTest23EE",
            "ValidRFC822nameConstraintsTest25EE",
            "ValidURInameConstraintsTest34EE",
            "ValidURInameConstraintsTest36EE",
        ],
    ),
    (
        "DSA is not supported.",
        "cannot be checked",
        &[
            "ValidDSAParameterInheritanceTest5EE",
            "ValidDSASignaturesTest4EE",
        ],
    ),
    (
        "Names that differ in case, blanks or string type count as different.",
        "it ends at",
        &[
            "ValidNameChainingCapitalizationTest5EE",
            "ValidNameChainingWhitespaceTest3EE",
            "ValidNameChainingWhitespaceTest4EE",
            "ValidRolloverfromPrintableStringtoUTF8StringTest10EE",
            "ValidUTF8StringCaseInsensitiveMatchTest11EE",
        ],
    ),
    (
        "Unique identifiers of version 2 are not read.",
        "cannot be checked",
        &["ValidNameUIDsTest6EE"],
    ),
    (
        "Critical extensions about certificate policies are not evaluated.",
        "cannot be checked",
        &[
            "ValidPolicyMappingTest11EE",
            "ValidPolicyMappingTest12EE",
            "ValidPolicyMappingTest13EE",
            "ValidPolicyMappingTest14EE",
            "ValidPolicyMappingTest1EE",
            "ValidPolicyMappingTest3EE",
            "ValidPolicyMappingTest5EE",
            "ValidPolicyMappingTest6EE",
            "ValidPolicyMappingTest9EE",
            "ValidSelfIssuedinhibitAnyPolicyTest7EE",
            "ValidSelfIssuedinhibitAnyPolicyTest9EE",
            "ValidSelfIssuedinhibitPolicyMappingTest7EE",
            "ValidSelfIssuedrequireExplicitPolicyTest6EE",
            "ValidinhibitAnyPolicyTest2EE",
            "ValidinhibitPolicyMappingTest2EE",
            "ValidinhibitPolicyMappingTest4EE",
            "ValidrequireExplicitPolicyTest1EE",
            "ValidrequireExplicitPolicyTest2EE",
            "ValidrequireExplicitPolicyTest4EE",
            "inhibitAnyPolicyTest3EE",
        ],
    ),
    (
        "Self-issued certificates count as authorities of their own.",
        "cannot be checked",
        &[
            "ValidDNnameConstraintsTest19EE",
            "ValidSelfIssuedpathLenConstraintTest15EE",
            "ValidSelfIssuedpathLenConstraintTest17EE",
        ],
    ),
];

/// Paths that NIST calls invalid because of a revocation list. Those are not read here, which `docs/signing.md` says.
const NOT_ASKED_FOR_REVOCATION: &[&str] = &[
    "InvalidBadCRLIssuerNameTest5EE",
    "InvalidBadCRLSignatureTest4EE",
    "InvalidBasicSelfIssuedCRLSigningKeyTest7EE",
    "InvalidBasicSelfIssuedNewWithOldTest5EE",
    "InvalidBasicSelfIssuedOldWithNewTest2EE",
    "InvalidIDPwithindirectCRLTest23EE",
    "InvalidIDPwithindirectCRLTest26EE",
    "InvalidLongSerialNumberTest18EE",
    "InvalidMissingCRLTest1EE",
    "InvalidNegativeSerialNumberTest15EE",
    "InvalidOldCRLnextUpdateTest11EE",
    "InvalidRevokedCATest2EE",
    "InvalidRevokedEETest3EE",
    "InvalidSeparateCertificateandCRLKeysTest20EE",
    "InvalidSeparateCertificateandCRLKeysTest21EE",
    "InvalidUnknownCRLEntryExtensionTest8EE",
    "InvalidUnknownCRLExtensionTest10EE",
    "InvalidUnknownCRLExtensionTest9EE",
    "InvalidWrongCRLTest6EE",
    "InvalidcRLIssuerTest27EE",
    "InvalidcRLIssuerTest31EE",
    "InvalidcRLIssuerTest32EE",
    "InvalidcRLIssuerTest34EE",
    "InvalidcRLIssuerTest35EE",
    "InvaliddeltaCRLIndicatorNoBaseTest1EE",
    "InvaliddeltaCRLTest10EE",
    "InvaliddeltaCRLTest3EE",
    "InvaliddeltaCRLTest4EE",
    "InvaliddeltaCRLTest6EE",
    "InvaliddeltaCRLTest9EE",
    "InvaliddistributionPointTest2EE",
    "InvaliddistributionPointTest3EE",
    "InvaliddistributionPointTest6EE",
    "InvaliddistributionPointTest8EE",
    "InvaliddistributionPointTest9EE",
    "InvalidkeyUsageCriticalcRLSignFalseTest4EE",
    "InvalidkeyUsageNotCriticalcRLSignFalseTest5EE",
    "InvalidonlyContainsAttributeCertsTest14EE",
    "InvalidonlyContainsCACertsTest12EE",
    "InvalidonlySomeReasonsTest15EE",
    "InvalidonlySomeReasonsTest16EE",
    "InvalidonlySomeReasonsTest17EE",
    "InvalidonlySomeReasonsTest20EE",
    "InvalidonlySomeReasonsTest21EE",
    "Invalidpre2000CRLnextUpdateTest12EE",
];

#[test]
#[ignore = "needs KEXTPOLICY_PKITS"]
fn paths_of_pkits_are_judged_as_nist_says_but_for_the_listed_ones() {
    let all = suite();
    let (roots, rest): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|(name, _)| name == "TrustAnchorRootCertificate");
    let (leaves, others): (Vec<_>, Vec<_>) =
        rest.into_iter().partition(|(name, _)| name.ends_with("EE"));
    let certificates = |all: Vec<(String, Certificate)>| -> Vec<Certificate> {
        all.into_iter().map(|(_, one)| one).collect()
    };
    let (roots, others) = (certificates(roots), certificates(others));
    assert!(leaves.len() > 200, "{} paths", leaves.len());
    let mut wrong = Vec::new();
    for (name, leaf) in &leaves {
        let builder = ChainBuilder {
            leaf,
            others: &others,
            roots: &roots,
        };
        let answer = builder.check(datetime!(2026-01-01 00:00:00 UTC), None);
        let refused = REFUSED
            .iter()
            .find(|(_, _, names)| names.contains(&name.as_str()));
        let as_expected = match (&answer, refused) {
            (Trust::Untrusted(reason), Some((_, says, _))) => reason.contains(says),
            (Trust::Untrusted(_), None) => name.starts_with("Invalid"),
            (Trust::Trusted { expired, .. }, None) => {
                // Expiry alone leaves a chain trusted and is said.
                *expired
                    || !name.starts_with("Invalid")
                    || NOT_ASKED_FOR_REVOCATION.contains(&name.as_str())
            }
            (Trust::Trusted { .. }, Some(_)) => false,
        };
        if !as_expected {
            wrong.push(format!("{name}: {answer:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
