//! A profile with nothing wrong in it, into which the examples of the rule pages are put.

/// Entries of the top-level dictionary.
const ROOT: &[(&str, &str)] = &[
    ("PayloadDescription", "<string>Approved extensions</string>"),
    ("PayloadDisplayName", "<string>Approved extensions</string>"),
    (
        "PayloadIdentifier",
        "<string>com.contoso.extensions</string>",
    ),
    ("PayloadOrganization", "<string>Contoso</string>"),
    ("PayloadRemovalDisallowed", "<true/>"),
    ("PayloadScope", "<string>System</string>"),
    ("PayloadType", "<string>Configuration</string>"),
    (
        "PayloadUUID",
        "<string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1A01</string>",
    ),
    ("PayloadVersion", "<integer>1</integer>"),
];

/// Entries of a kernel-extension policy.
const KERNEL: &[(&str, &str)] = &[
    ("AllowUserOverrides", "<false/>"),
    (
        "AllowedKernelExtensions",
        "<dict><key>K7Q2XD94WL</key><array><string>com.contoso.driver.usb</string></array></dict>",
    ),
    ("PayloadDisplayName", "<string>Kernel extensions</string>"),
    (
        "PayloadIdentifier",
        "<string>com.contoso.extensions.kernel</string>",
    ),
    ("PayloadOrganization", "<string>Contoso</string>"),
    (
        "PayloadType",
        "<string>com.apple.syspolicy.kernel-extension-policy</string>",
    ),
    (
        "PayloadUUID",
        "<string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1A02</string>",
    ),
    ("PayloadVersion", "<integer>1</integer>"),
];

/// Entries of a system-extension policy.
const SYSTEM: &[(&str, &str)] = &[
    ("AllowUserOverrides", "<false/>"),
    (
        "AllowedSystemExtensions",
        "<dict><key>K7Q2XD94WL</key><array><string>com.contoso.agent.network</string></array></dict>",
    ),
    ("PayloadDisplayName", "<string>System extensions</string>"),
    (
        "PayloadIdentifier",
        "<string>com.contoso.extensions.system</string>",
    ),
    ("PayloadOrganization", "<string>Contoso</string>"),
    (
        "PayloadType",
        "<string>com.apple.system-extension-policy</string>",
    ),
    (
        "PayloadUUID",
        "<string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1A03</string>",
    ),
    ("PayloadVersion", "<integer>1</integer>"),
];

/// Puts a block into the profile: a whole file stays as it is; a `<dict>` becomes the payloads; entries go where the
/// rule looks (the payload, or the top level) and replace those of the same key. `number` tells several files of one
/// example apart.
pub(crate) fn profile(scope: &str, block: &str, number: usize) -> String {
    if block.starts_with("<?xml") || block.starts_with("<plist") {
        return block.to_owned();
    }
    let system = scope == "system-extensions"
        || matches!(scope, "extensions" | "policy") && block.contains("SystemExtension");
    let payload = if system { SYSTEM } else { KERNEL };
    let in_payload = matches!(
        scope,
        "payload" | "policy" | "schema" | "extensions" | "kernel-extensions" | "system-extensions"
    );
    let (root, payloads) = if block.starts_with("<dict>") {
        (entries(ROOT, "", number), block.to_owned())
    } else if in_payload {
        let inner = entries(payload, block, number);
        (
            entries(ROOT, "", number),
            format!("<dict>\n{inner}</dict>\n"),
        )
    } else {
        let inner = entries(payload, "", number);
        (
            entries(ROOT, block, number),
            format!("<dict>\n{inner}</dict>\n"),
        )
    };
    let content = if root.contains("<key>PayloadContent</key>") {
        String::new()
    } else {
        format!("<key>PayloadContent</key>\n<array>\n{payloads}</array>\n")
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
         \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n<dict>\n{content}{root}</dict>\n</plist>\n"
    )
}

/// The entries, without those that the block has itself, and the block. A second file has UUIDs of its own.
fn entries(base: &[(&str, &str)], block: &str, number: usize) -> String {
    let mut text = String::new();
    for (key, value) in base {
        let own = format!("<key>{key}</key>");
        if block.lines().any(|line| line.starts_with(&own)) {
            continue;
        }
        let value = value.replace("-5B5E-", &format!("-5B5{:X}-", 14 - number));
        text.extend([&own, "\n", &value, "\n"]);
    }
    text + block
}
