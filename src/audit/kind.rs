//! What a change does on a Mac, as one table: each kind of change is one row with its reason and its source. A new kind
//! is a row here, a fixture in `tests/diff`, and the row in `docs/audit.md`, which a test compares with this table.

use Effect::{Allows, Is, Protects};

/// What a change does on a Mac. "Nothing" is the absence of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Tier {
    Updated,
    Added,
    Removed,
    Narrowed,
    Unjudged,
    Scope,
    Replaced,
    Expires,
    Widened,
}

impl Tier {
    /// Worst first: the order in reports.
    pub(crate) const ALL: [Self; 9] = [
        Self::Widened,
        Self::Expires,
        Self::Replaced,
        Self::Scope,
        Self::Unjudged,
        Self::Narrowed,
        Self::Removed,
        Self::Added,
        Self::Updated,
    ];

    /// The word for it in every format.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Updated => "updated",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Narrowed => "narrowed",
            Self::Unjudged => "unjudged",
            Self::Scope => "scope",
            Self::Replaced => "replaced",
            Self::Expires => "expires",
            Self::Widened => "widened",
        }
    }

    /// What it means on a Mac.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::Updated => {
                "a name, a text or a setting of looks changed; the profile is updated in place"
            }
            Self::Added => "a profile or payload is installed in addition",
            Self::Removed => "a profile or payload goes away",
            Self::Narrowed => "less is allowed, or more is protected, than before",
            Self::Unjudged => {
                "a setting changed, and whether that allows more or protects less is not judged"
            }
            Self::Scope => "the profile is for somebody else now",
            Self::Replaced => "a Mac takes it for another profile",
            Self::Expires => "the day on which a profile goes away by itself changed",
            Self::Widened => "more is allowed, or less is protected, than before",
        }
    }
}

/// How a kind of change finds its tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Is(Tier),
    /// It allows something: more of it is widened, less is narrowed.
    Allows,
    /// It protects against something: less of it is widened, more is narrowed.
    Protects,
}

/// A kind of change.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) effect: Effect,
    /// What is compared, and why it has this tier.
    pub(crate) reason: &'static str,
    /// Where that comes from.
    pub(crate) source: &'static str,
}

impl Kind {
    /// The tier of a change of this kind, by which something came (`more`) or went.
    pub(crate) fn tier(&self, more: bool) -> Tier {
        match (self.effect, more) {
            (Is(tier), _) => tier,
            (Allows, true) | (Protects, false) => Tier::Widened,
            (Allows, false) | (Protects, true) => Tier::Narrowed,
        }
    }
}

impl serde::Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// Declares the rows, each with a name of its own, and the list of all of them.
macro_rules! kinds {
    ($($constant:ident = $name:literal, $effect:expr, $reason:literal, $source:literal;)*) => {
        $(pub(crate) static $constant: Kind = Kind {
            name: $name,
            effect: $effect,
            reason: $reason,
            source: $source,
        };)*

        /// Every row, in the order of the manual.
        #[cfg(test)]
        pub(crate) static KINDS: &[&Kind] = &[$(&$constant),*];
    };
}

kinds! {
    EXTENSION = "extension", Allows,
        "an extension that is allowed by name, or a whole team; a team whose list became the whole team",
        "Apple, com.apple.syspolicy.kernel-extension-policy and com.apple.system-extension-policy";
    EXTENSION_TYPES = "extension-types", Allows,
        "the types of system extension a team may use; without the key it may use every type",
        "Apple, AllowedSystemExtensionTypes";
    EXTENSION_REMOVAL = "extension-removal", Allows,
        "whether an app may deactivate its extension, and whether people may",
        "Apple, RemovableSystemExtensions, NonRemovableSystemExtensions, NonRemovableFromUISystemExtensions";
    USER_OVERRIDES = "user-overrides", Allows,
        "whether people may approve extensions that no profile allows; a contradiction that becomes a plain yes counts as more",
        "Apple, AllowUserOverrides (default: false for kernel extensions, true for system extensions)";
    NON_ADMIN_APPROVALS = "non-admin-approvals", Allows,
        "whether people who are not administrators may approve kernel extensions",
        "Apple, AllowNonAdminUserApprovals";
    PRIVACY = "privacy", Allows,
        "a privacy service that is granted, to whom, and by which code requirement; a Deny that is dropped counts as more, because Deny wins over Allow of another profile",
        "Apple, com.apple.TCC.configuration-profile-policy";
    BACKGROUND_ITEM = "background-item", Allows,
        "a login or background item that people cannot switch off; a rule that covers more: a prefix, a whole team, no team beside it",
        "Apple, com.apple.servicemanagement";
    GATEKEEPER_RULE = "gatekeeper-rule", Allows,
        "a code requirement that Gatekeeper lets run, and whether every identified developer may",
        "Apple, com.apple.systempolicy.rule; AllowIdentifiedDevelopers of com.apple.systempolicy.control";
    FIREWALL_APP = "firewall-app", Allows,
        "an app that may accept connections through the firewall",
        "Apple, Applications of com.apple.security.firewall";
    TRUST_ANCHOR = "trust-anchor", Allows,
        "a certificate that a Mac trusts or may build a chain with",
        "Apple, com.apple.security.root, com.apple.security.pkcs1, com.apple.security.pem";
    CERTIFICATE_CHECK = "certificate-check", Protects,
        "that revocation is checked; a certificate or domain that is excepted from Certificate Transparency counts as less",
        "Apple, com.apple.security.certificaterevocation, com.apple.security.certificatetransparency";
    MANAGEMENT = "management", Allows,
        "an MDM server that manages the Mac",
        "Apple, com.apple.mdm";
    CONTENT_FILTER = "content-filter", Protects,
        "a content filter, what it filters (sockets, packets, browsers, URLs), and the code requirement of its provider",
        "Apple, com.apple.webcontent-filter";
    DNS_PROXY = "dns-proxy", Protects,
        "a DNS proxy, and its provider with the code requirement",
        "Apple, com.apple.dnsProxy.managed";
    ENCRYPTED_DNS = "encrypted-dns", Protects,
        "DNS over HTTPS or TLS, and its server",
        "Apple, com.apple.dnsSettings.managed";
    VPN = "vpn", Protects,
        "a VPN or relay, and the provider of the VPN with its code requirement; another server of a VPN is a value",
        "Apple, com.apple.vpn.managed, com.apple.vpn.managed.applayer, com.apple.relay.managed";
    FIREWALL = "firewall", Protects,
        "the firewall and its stricter modes; one that a profile switches off counts as less",
        "Apple, com.apple.security.firewall";
    GATEKEEPER = "gatekeeper", Protects,
        "Gatekeeper, and that people cannot override it; one that a profile switches off counts as less",
        "Apple, com.apple.systempolicy.control, com.apple.systempolicy.managed";
    FILEVAULT = "filevault", Protects,
        "FileVault, that it cannot be switched off, and the escrow of its recovery key; one that a profile switches off, or forbids, counts as less",
        "Apple, com.apple.MCX.FileVault2, com.apple.MCX, com.apple.security.FDERecoveryKeyEscrow";
    SMART_CARD = "smart-card", Protects,
        "that people log in with a smart card, and how its certificate is checked",
        "Apple, com.apple.security.smartcard";
    NETWORK = "network", Protects,
        "how a Wi-Fi or 802.1X network is joined: its encryption, which servers are trusted, and what proves who is there; another network counts as less",
        "Apple, com.apple.wifi.managed and the payloads for Ethernet";
    PROXY = "proxy", Allows,
        "a proxy that sees the traffic; another one, or none, counts as more",
        "Apple, com.apple.proxy.http.global, com.apple.SystemConfiguration, com.apple.wifi.managed, com.apple.vpn.managed";
    PRIVATE_KEY = "private-key", Protects,
        "that a private key stays where it is, how long it is, and who issues its certificate",
        "Apple, com.apple.security.scep, com.apple.security.acme, com.apple.security.pkcs12, com.apple.ADCertificate.managed";
    DIRECTORY = "directory", Allows,
        "the domain that a Mac belongs to, who of it administers the Mac, and whether its packets are signed and encrypted",
        "Apple, com.apple.DirectoryService.managed";
    SIGN_ON = "sign-on", Allows,
        "the extension that logs people in, where, and which rights they get",
        "Apple, com.apple.extensiblesso";
    ACCOUNT = "account", Protects,
        "that an account goes over an encrypted connection and asks who is there",
        "Apple, com.apple.mail.managed, com.apple.ews.account, com.apple.ldap.account and others";
    LOGIN = "login", Protects,
        "that a Mac asks who is there: the password after the screen saver, the guest account, login without a password",
        "Apple, com.apple.screensaver, com.apple.loginwindow, com.apple.MCX";
    PASSCODE = "passcode", Protects,
        "how strict the rules for passwords are",
        "Apple, com.apple.mobiledevice.passwordpolicy";
    SOFTWARE_UPDATE = "software-update", Protects,
        "that updates are looked for and installed",
        "Apple, com.apple.SoftwareUpdate";
    RESTRICTION = "restriction", Protects,
        "a Boolean key, in any payload that Apple describes, whose name says that it forbids or asks for something: `allow…` with `false`; `force…`, `enforce…`, `require…`, `prohibit…`, `prevent…`, `restrict…`, `dontAllow…` with `true`; six keys of com.apple.applicationaccess open what their name seems to restrict (`allowUSBRestrictedMode`, `allowRapidSecurityResponseInstallation`, `forceBypassScreenCaptureAlert`, three of Classroom)",
        "Apple, com.apple.applicationaccess and others; the defaults of Apple's descriptions";
    PROFILE_REMOVAL = "profile-removal", Protects,
        "whether people may remove the profile: nobody, whoever knows a password, or anybody",
        "Apple, PayloadRemovalDisallowed, com.apple.profileRemovalPassword";
    UNCLEAR_VALUE = "unclear-value", Is(Tier::Widened),
        "a value of another type than Apple describes, such as the number 1 for a Boolean; what a Mac makes of it is not established, so that it counts as more whether it comes or goes",
        "this comparison";
    REFUSABLE = "refusable", Is(Tier::Widened),
        "a key that Apple requires of every profile and payload is gone, or came back: a Mac can refuse the profile without it, and takes it with it, so that what it protects goes or what it allows comes",
        "Apple, TopLevel and CommonPayloadKeys; MDM errors 1001, 1002, 2001, 2002";
    EXPIRED = "expired", Is(Tier::Widened),
        "the day on which the profile goes away is in the past now, or no longer: what it protects goes at once, or what it allows comes back",
        "Apple, RemovalDate";
    EXPIRY = "expiry", Is(Tier::Expires),
        "the profile goes away by itself, and what it approves goes with it",
        "Apple, RemovalDate, DurationUntilRemoval, PayloadExpirationDate";
    IDENTITY = "identity", Is(Tier::Replaced),
        "a Mac knows a profile by its identifier and UUID: with another one it is another profile, and the old one may stay",
        "Apple, PayloadIdentifier and PayloadUUID of the profile";
    SHARED_IDENTIFIER = "shared-identifier", Is(Tier::Replaced),
        "different profiles with one identifier: the one installed last replaces the others",
        "Apple, PayloadIdentifier of the profile";
    SCOPE = "scope", Is(Tier::Scope),
        "a payload that only the device channel takes does nothing in a profile with the scope User, and what it allowed counts as gone; the kind of device that a profile is for",
        "Apple, PayloadScope, TargetDeviceType, and userchannel of the payload's description";
    PROFILE_ADDED = "profile-added", Is(Tier::Added),
        "a profile that was not there; what it allows counts as widened beside it",
        "this comparison";
    PROFILE_REMOVED = "profile-removed", Is(Tier::Removed),
        "a profile that is gone; what it protected counts as widened beside it",
        "this comparison";
    PAYLOAD_ADDED = "payload-added", Is(Tier::Added),
        "a payload that the profile did not have",
        "this comparison";
    PAYLOAD_REMOVED = "payload-removed", Is(Tier::Removed),
        "a payload that the profile does not have any more",
        "this comparison";
    PAYLOAD_MOVED = "payload-moved", Is(Tier::Scope),
        "a payload that is in another profile now, without a change; what it allows or protects counts as widened beside it",
        "this comparison";
    SETTING = "setting", Is(Tier::Unjudged),
        "every other key and value, at any depth and in payloads of any type: Apple does not say that one value protects more, or only the product knows",
        "this comparison";
    VALUE = "value", Is(Tier::Updated),
        "names, descriptions and other texts for people; payloads about looks: dock, desktop, dashboard, menu bar, notifications, accessibility",
        "this comparison";
}

/// The table of the manual.
#[cfg(test)]
pub(crate) fn manual() -> String {
    use std::fmt::Write as _;
    let mut table = String::from("| kind | tier | what and why | source |\n|---|---|---|---|\n");
    for kind in KINDS {
        let tier = match kind.effect {
            Is(tier) => tier.name(),
            Allows => "`widened` when more, `narrowed` when less",
            Protects => "`widened` when less, `narrowed` when more",
        };
        let tier = if tier.contains('`') {
            tier.to_owned()
        } else {
            format!("`{tier}`")
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "| `{}` | {tier} | {} | {} |",
            kind.name, kind.reason, kind.source
        );
    }
    table
}
