//! `verify --ca` and `openssl cms -verify` over generated messages, valid ones and ones that are wrong in one respect:
//! both say the same, but for the listed exceptions. What cannot be checked is said to be so, never called changed.

use std::fmt::Write as _;

use crate::signing::{bytes, has_openssl, openssl, tool};
use crate::tool::Tool;

/// What `openssl` must be told to sign with each of these forms.
const FORMS: &[&[&str]] = &[
    &["-md", "sha256"],
    &["-md", "sha384"],
    &["-md", "sha256", "-stream", "-indef"],
    &["-md", "sha256", "-noattr"],
    &["-md", "sha256", "-keyid"],
    &["-md", "sha256", "-nosmimecap", "-stream", "-keyid"],
    &[
        "-md",
        "sha256",
        "-keyopt",
        "rsa_padding_mode:pss",
        "-keyopt",
        "rsa_pss_saltlen:-1",
    ],
];

/// Signs `profile.mobileconfig` with a key and certificate of the folder.
fn sign(tool: &Tool, signer: &str, chain: &str, form: &[&str], out: &str) {
    let (cert, key) = (format!("{signer}.pem"), format!("{signer}-key.pem"));
    let mut args = vec!["cms", "-sign", "-binary", "-nodetach", "-outform", "DER"];
    args.extend([
        "-in",
        "profile.mobileconfig",
        "-signer",
        &cert,
        "-inkey",
        &key,
    ]);
    args.extend(["-certfile", chain, "-out", out]);
    args.extend(form);
    let (done, said) = openssl(tool.path(), &args);
    assert!(done, "{args:?}: {said}");
}

/// Whether `openssl` accepts a message under a root.
fn openssl_accepts(tool: &Tool, file: &str, root: &str) -> bool {
    let args = [
        "cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any", "-CAfile", root,
    ];
    let (accepted, _) = openssl(
        tool.path(),
        &[&args[..], &["-in", file, "-out", "content"]].concat(),
    );
    accepted
}

/// The files that `verify --ca` calls good, by one run.
fn good(tool: &Tool, files: &[String], root: &str) -> Vec<bool> {
    let mut args = vec!["verify", "--format", "json", "--ca", root];
    args.extend(files.iter().map(String::as_str));
    let run = tool.run(args);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let files = report["files"].as_array().expect("files");
    files.iter().map(|file| file["good"] == true).collect()
}

/// The same bytes with one bit changed behind the first (or, from the end, the last) place of `mark`.
fn flipped(whole: &[u8], mark: &[u8], behind: usize) -> Vec<u8> {
    let at = memchr::memmem::rfind(whole, mark).expect("the mark") + mark.len() + behind;
    let mut changed = whole.to_vec();
    changed[at] ^= 1;
    changed
}

#[test]
fn openssl_and_verify_agree_on_valid_messages_and_on_those_wrong_in_one_respect() {
    if !has_openssl("agreement with openssl") {
        return;
    }
    let tool = tool();
    // `messageDigest` (1.2.840.113549.1.9.4) with its SET and OCTET STRING heads.
    let digest = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x04];
    let (mut root, mut other_root) = (Vec::new(), Vec::new());
    for signer in ["rsa2048", "rsa3072", "rsa4096", "p256", "p384"] {
        for (number, form) in FORMS.iter().enumerate() {
            if signer.starts_with('p') && form.contains(&"-keyopt") {
                continue;
            }
            let name = |what: &str| format!("{signer}-{number}-{what}.cms");
            sign(&tool, signer, "chain.pem", form, &name("valid"));
            let valid = bytes(&tool, &name("valid"));
            let mut add = |what: &str, bytes: Vec<u8>| {
                tool.file(&name(what), bytes);
                root.push(name(what));
            };
            add("content", flipped(&valid, b"<key>PayloadVersion</key>", 5));
            let mut signature = valid.clone();
            // The last bytes of the message are the signature; indefinite lengths end with up to eight more zeros.
            let end = signature
                .iter()
                .rposition(|byte| *byte != 0)
                .expect("a byte");
            signature[end - 4] ^= 1;
            add("signature", signature);
            add("cut", valid[..valid.len() - 20].to_vec());
            if !form.contains(&"-noattr") {
                add("digest", flipped(&valid, &digest, 6));
            }
            sign(&tool, signer, "root.pem", form, &name("no-chain"));
            root.push(name("no-chain"));
            root.push(name("valid"));
            other_root.push(name("valid"));
        }
    }
    let mut differences = String::new();
    let mut counts = [0, 0];
    for (files, ca) in [(&root, "root.pem"), (&other_root, "other-root.pem")] {
        for (file, ours) in files.iter().zip(good(&tool, files, ca)) {
            let theirs = openssl_accepts(&tool, file, ca);
            counts[usize::from(theirs)] += 1;
            if ours != theirs {
                let _ = writeln!(
                    differences,
                    "{file} under {ca}: verify {ours}, openssl {theirs}"
                );
            }
        }
    }
    assert_eq!(differences, "");
    assert!(counts[0] >= 150 && counts[1] >= 30, "{counts:?}");
}

/// Makes a key and a certificate that `issuer` signs with the extensions of an OpenSSL configuration.
fn certificate(tool: &Tool, name: &str, key: &[&str], issuer: &str, extensions: &str) {
    let run = |args: &[&str]| {
        let (done, said) = openssl(tool.path(), args);
        assert!(done, "{args:?}: {said}");
    };
    let (pem, csr, own) = (
        format!("{name}.pem"),
        format!("{name}.csr"),
        format!("{name}-key.pem"),
    );
    run(&[&["genpkey", "-out", &own], key].concat());
    run(&[
        "req",
        "-new",
        "-key",
        &own,
        "-subj",
        &format!("/CN={name}"),
        "-out",
        &csr,
    ]);
    tool.file("extensions", extensions);
    let (ca, ca_key) = (format!("{issuer}.pem"), format!("{issuer}-key.pem"));
    run(&[
        "x509",
        "-req",
        "-in",
        &csr,
        "-CA",
        &ca,
        "-CAkey",
        &ca_key,
        "-days",
        "20000",
        "-extfile",
        "extensions",
        "-out",
        &pem,
    ]);
}

/// A P-256 key.
const P256: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];

#[test]
fn an_issuer_that_may_not_sign_certificates_leads_nowhere() {
    if !has_openssl("issuers without the right") {
        return;
    }
    let tool = tool();
    for (name, extensions, agreed) in [
        (
            "right",
            "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign",
            true,
        ),
        ("silent", "basicConstraints=critical,CA:TRUE", true),
        (
            "only-crl",
            "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,cRLSign",
            false,
        ),
        (
            "only-crl-not-critical",
            "basicConstraints=critical,CA:TRUE\nkeyUsage=cRLSign",
            false,
        ),
        (
            "leaf",
            "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature",
            false,
        ),
    ] {
        certificate(&tool, name, P256, "root", extensions);
        let below = format!("below-{name}");
        certificate(
            &tool,
            &below,
            P256,
            name,
            "keyUsage=critical,digitalSignature",
        );
        let file = format!("{name}.cms");
        sign(
            &tool,
            &below,
            &format!("{name}.pem"),
            &["-md", "sha256"],
            &file,
        );
        assert_eq!(openssl_accepts(&tool, &file, "root.pem"), agreed, "{name}");
        let run = tool.run(["verify", &file, "--ca", "root.pem"]);
        assert_eq!(run.code == 0, agreed, "{name}: {}", run.shown());
        if !agreed {
            assert!(
                run.stdout
                    .contains(&format!("`{name}`, which may not issue certificates")),
                "{}",
                run.stdout
            );
        }
    }
    // A root counts too, and so does the number of authorities it allows below.
    certificate(
        &tool,
        "short",
        P256,
        "root",
        "basicConstraints=critical,CA:TRUE,pathlen:0",
    );
    certificate(
        &tool,
        "middle",
        P256,
        "short",
        "basicConstraints=critical,CA:TRUE",
    );
    certificate(
        &tool,
        "end",
        P256,
        "middle",
        "keyUsage=critical,digitalSignature",
    );
    sign(&tool, "end", "middle.pem", &["-md", "sha256"], "short.cms");
    let run = tool
        .run(["verify", "short.cms", "--ca", "short.pem"])
        .expect_code(1);
    assert!(run.stdout.contains("more authorities"), "{}", run.stdout);
    sign(
        &tool,
        "below-only-crl",
        "root.pem",
        &["-md", "sha256"],
        "root-only-crl.cms",
    );
    let run = tool
        .run(["verify", "root-only-crl.cms", "--ca", "only-crl.pem"])
        .expect_code(1);
    assert!(
        run.stdout.contains("its key usage is CRL signing"),
        "{}",
        run.stdout
    );
}

#[test]
fn what_cannot_be_checked_is_not_called_changed() {
    if !has_openssl("keys that are not supported") {
        return;
    }
    let tool = tool();
    let usage = "keyUsage=critical,digitalSignature";
    for (name, key) in [
        (
            "pss",
            &["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"][..],
        ),
        (
            "p521",
            &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
        ),
        (
            "brainpool",
            &[
                "-algorithm",
                "EC",
                "-pkeyopt",
                "ec_paramgen_curve:brainpoolP256r1",
            ],
        ),
    ] {
        let name = format!("own-{name}");
        certificate(&tool, &name, key, "root", usage);
        sign(&tool, &name, "root.pem", &["-md", "sha256"], "own.cms");
        let run = tool.run(["verify", "own.cms"]).expect_code(1);
        assert!(
            run.stdout.contains("cannot be checked"),
            "{name}: {}",
            run.stdout
        );
        assert!(!run.stdout.contains("changed"), "{name}: {}", run.stdout);
    }
    let run = tool
        .run(["verify", "self.cms", "--at", "1969-12-31"])
        .expect_code(2);
    assert!(run.stderr.contains("1970"), "{}", run.stderr);
}

#[test]
fn a_signature_over_what_is_not_a_profile_vouches_for_nothing() {
    if !has_openssl("signatures over other files") {
        return;
    }
    let tool = tool();
    for content in [
        "",
        "a text",
        "<plist><array/></plist>",
        "<plist><dict/></plist>",
    ] {
        tool.file("profile.mobileconfig", content);
        sign(&tool, "p256", "chain.pem", &["-md", "sha256"], "text.cms");
        let run = tool
            .run(["verify", "text.cms", "--ca", "root.pem"])
            .expect_code(1);
        assert!(
            run.stdout.contains("is not a profile")
                && !run.stdout.contains("the profile is unchanged"),
            "{content}: {}",
            run.stdout
        );
    }
}
