//! The page about Apple's code requirement language, which `explain` prints for every key that holds a requirement.

/// The keys that hold one.
const KEYS: [&str; 8] = [
    "AEReceiverCodeRequirement",
    "CodeRequirement",
    "DesignatedRequirement",
    "FilterDataProviderDesignatedRequirement",
    "FilterPacketProviderDesignatedRequirement",
    "ProviderDesignatedRequirement",
    "Requirement",
    "URLFilterControlProviderDesignatedRequirement",
];

/// Whether a key holds a code requirement.
pub(super) fn is_about(key: &str) -> bool {
    KEYS.contains(&key)
}

/// What `lint` reads, by Apple's guide and Apple's grammar.
pub(super) const LANGUAGE: &str = "\
## Apple's code requirement language

A requirement says which program is meant. `codesign -d -r- PROGRAM` prints the one of a program behind
`designated =>`; only what follows these words belongs into a profile.

    identifier X                       the identifier that the program is signed with
    anchor apple                       Apple's own programs
    anchor apple generic               signed with any certificate that Apple issued
    anchor trusted                     signed with what the Mac trusts
    anchor = H\"HASH\"                 signed below this root certificate
    certificate leaf[subject.OU] = T   signed by the team T; `root` or a number for another certificate
    certificate 1[field.OID]           a certificate with this field
    certificate leaf = H\"HASH\"       signed with exactly this certificate
    info[KEY] MATCH                    a key of Info.plist
    entitlement[KEY] MATCH             an entitlement
    cdhash H\"HASH\"                   exactly this build
    notarized, legacy, always, never

    A and B, A or B, !A, ( )           `!` binds most, then `and`, then `or`
    MATCH                              nothing or `exists`; `absent`; `= X`, `= X*`, `= *X`, `= *X*`; `<`, `>`, `<=`, `>=`
    /* */, //, #                       comments

A string of letters, digits and dots needs no quotes, unless it begins with a digit; the quotes are straight ones.
Words are in lower case. A hash has 40 digits.

The usual requirement of a program with a Developer ID:

    identifier \"com.contoso.agent\" and anchor apple generic and certificate 1[field.1.2.840.113635.100.6.2.6]
    and certificate leaf[field.1.2.840.113635.100.6.1.13] and certificate leaf[subject.OU] = K7Q2XD94WL

Sources: Apple, Code Signing Guide, \"Code Signing Requirement Language\"; Apple's Security framework,
`requirements.grammar`.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_requirement_of_the_page_can_be_read() {
        let (_, rest) = LANGUAGE.split_once("Developer ID:\n\n").unwrap();
        let (requirement, _) = rest.split_once("\n\n").unwrap();
        let read = crate::requirement::read(requirement).unwrap();
        assert_eq!(read.teams()[0].text, "K7Q2XD94WL");
        assert!(!read.is_open_to_any_developer());
    }
}
