//! Twice the input takes at most 2.3 times the memory, in all and at once: bytes that a reader allocates are counted, which
//! are the same on every machine. Lists grow by doubling, so one step says little: the input is doubled three times. A loop
//! that allocates nothing is not seen here; `benches/growth.py` counts instructions.
#![cfg(test)]

use allocation_counter::{AllocationInfo, measure};

use super::hold;

/// How often the input is doubled.
const DOUBLINGS: u32 = 3;

/// The most tenths that twice the input may take.
const LIMIT: u64 = 23;

/// What is counted of a run.
type Measure = (&'static str, fn(&AllocationInfo) -> u64);

const MEASURES: [Measure; 2] = [
    ("in all", |info| info.bytes_total),
    ("at once", |info| info.bytes_max),
];

/// Inputs by their size.
type Shape = (&'static str, usize, fn(usize) -> String);

/// What is repeated, each time with its number.
fn each(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect()
}

fn payload(kind: &str, keys: &str) -> String {
    format!(
        "<dict><key>PayloadType</key><string>{kind}</string><key>PayloadIdentifier</key><string>com.contoso.p</string>\
         <key>PayloadUUID</key><string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA1</string><key>PayloadVersion</key><integer>1</integer>{keys}</dict>"
    )
}

fn profile(payloads: &str) -> String {
    format!(
        "<plist version=\"1.0\"><dict><key>PayloadContent</key><array>{payloads}</array><key>PayloadType</key>\
         <string>Configuration</string><key>PayloadIdentifier</key><string>com.contoso</string></dict></plist>"
    )
}

fn kernel(keys: &str) -> String {
    profile(&payload(
        "com.apple.syspolicy.kernel-extension-policy",
        keys,
    ))
}

fn system(keys: &str) -> String {
    profile(&payload("com.apple.system-extension-policy", keys))
}

fn privacy(entries: &str) -> String {
    let keys =
        format!("<key>Services</key><dict><key>Accessibility</key><array>{entries}</array></dict>");
    profile(&payload(
        "com.apple.TCC.configuration-profile-policy",
        &keys,
    ))
}

/// A privacy entry with this requirement.
fn entry(number: usize, requirement: &str) -> String {
    format!(
        "<dict><key>Identifier</key><string>com.contoso.a{number}</string><key>IdentifierType</key><string>bundleID</string>\
         <key>Allowed</key><true/><key>CodeRequirement</key><string>{requirement}</string></dict>"
    )
}

fn list(key: &str, count: usize, one: impl Fn(usize) -> String) -> String {
    let items = each(count, |number| format!("<string>{}</string>", one(number)));
    format!("<key>{key}</key><dict><key>K7Q2XD94WL</key><array>{items}</array></dict>")
}

/// Nests of a hundred beside each other, because depth is limited.
fn nests(count: usize, open: &str, close: &str) -> String {
    let nest = open.repeat(100) + &close.repeat(100);
    kernel(&each(count, |number| format!("<key>k{number}</key>{nest}")))
}

const SHAPES: &[Shape] = &[
    ("unknown keys on one line", 100, |n| {
        kernel(&each(n, |i| format!("<key>a{i}</key><true/>")))
    }),
    ("unknown keys on lines", 100, |n| {
        kernel(&each(n, |i| format!("<key>a{i}</key><true/>\n")))
    }),
    ("wide letters", 100, |n| {
        kernel(&each(n, |i| format!("<key>ä€{i}</key><true/>")))
    }),
    ("deep arrays", 5, |n| nests(n, "<array>", "</array>")),
    ("deep dictionaries", 5, |n| {
        nests(n, "<dict><key>k</key>", "</dict>")
    }),
    ("payloads with one UUID", 50, |n| {
        profile(&payload("com.apple.system-extension-policy", "").repeat(n))
    }),
    ("empty payloads", 50, |n| profile(&"<dict/>".repeat(n))),
    ("teams", 100, |n| {
        let teams = each(n, |i| {
            format!("<key>T{i:09}</key><array><string>com.contoso.a</string></array>")
        });
        kernel(&format!(
            "<key>AllowedKernelExtensions</key><dict>{teams}</dict>"
        ))
    }),
    ("bundle IDs", 300, |n| {
        kernel(&list("AllowedKernelExtensions", n, |i| {
            format!("com.contoso.a{i}")
        }))
    }),
    ("wrong bundle IDs", 100, |n| {
        kernel(&list("AllowedKernelExtensions", n, |i| {
            format!("com contoso a{i}")
        }))
    }),
    ("equal bundle IDs", 100, |n| {
        kernel(&list("AllowedKernelExtensions", n, |_| {
            "com.contoso.a".to_owned()
        }))
    }),
    ("removable beside allowed", 100, |n| {
        let allowed = list("AllowedSystemExtensions", n, |i| {
            format!("com.contoso.a{i}")
        });
        let removable = list("RemovableSystemExtensions", n, |i| {
            format!("com.contoso.b{i}")
        });
        system(&(allowed + &removable))
    }),
    ("wrong Team IDs", 100, |n| {
        let teams = each(n, |i| format!("<string>t{i}</string>"));
        kernel(&format!(
            "<key>AllowedTeamIdentifiers</key><array>{teams}</array>"
        ))
    }),
    ("a long string", 200_000, |n| {
        kernel(&format!(
            "<key>PayloadDescription</key><string>{}</string>",
            "x ".repeat(n)
        ))
    }),
    ("a long wrong bundle ID", 40_000, |n| {
        kernel(&list("AllowedKernelExtensions", 1, |_| {
            "a\u{200b}".repeat(n)
        }))
    }),
    ("comments", 500, |n| kernel(&"<!-- a comment -->".repeat(n))),
    ("ignores", 50, |n| {
        let one = "<!-- kextpolicy: ignore[unknown-key] reason -->";
        kernel(&each(n, |i| format!("{one}<key>a{i}</key><true/>")))
    }),
    ("entities", 2500, |n| {
        kernel(&format!(
            "<key>PayloadDescription</key><string>{}</string>",
            "&lt;".repeat(n)
        ))
    }),
    ("equal keys", 100, |n| {
        kernel(&"<key>a</key><true/>".repeat(n))
    }),
    ("not closed", 250, |n| {
        "<plist>".to_owned() + &"<dict><key>a</key>".repeat(n)
    }),
    ("stray ends", 250, |n| kernel(&"</dict>".repeat(n))),
    ("blank lines", 10_000, |n| kernel(&"\n".repeat(n))),
    ("privacy entries", 50, |n| {
        privacy(&each(n, |i| {
            entry(
                i,
                &format!("identifier com.contoso.a{i} and anchor apple generic"),
            )
        }))
    }),
    ("alternatives of a requirement", 400, |n| {
        let one = |i| format!("identifier a{i} and certificate leaf[subject.OU] = T{i:09} or ");
        privacy(&entry(0, &(each(n, one) + "anchor apple")))
    }),
    ("brackets of a requirement", 1000, |n| {
        privacy(&entry(
            0,
            &("(".repeat(n) + "anchor apple" + &")".repeat(n)),
        ))
    }),
];

#[test]
fn twice_the_input_takes_at_most_2_3_times_the_memory() {
    let mut worse = Vec::new();
    for (shape, size, text) in SHAPES {
        for law in ["plist", "lint", "import"] {
            let taken = |text: &str| measure(|| hold(law, text.as_bytes()));
            // What is made once is made before.
            taken(&text(1));
            let nothing = taken(&text(1));
            let above = |size: usize| {
                let (once, more) = (taken(&text(size)), taken(&text(size << DOUBLINGS)));
                MEASURES.map(|(_, of)| {
                    // What a run takes in any case hides the growth of small inputs.
                    let own = |info| of(info).saturating_sub(of(&nothing));
                    let (first, last) = (own(&once).max(64 * 1024), own(&more));
                    let is_above = last * 10_u64.pow(DOUBLINGS) > first * LIMIT.pow(DOUBLINGS);
                    is_above.then(|| format!("{first} became {last}"))
                })
            };
            let mut found = above(*size);
            if found.iter().any(Option::is_some) {
                // A table doubles when it is full, so that one pair of sizes may lie on both sides of a step. What grows
                // faster than the input is above the limit between other sizes too.
                let again = above(size * 3 / 2);
                for (one, again) in found.iter_mut().zip(again) {
                    *one = one.take().filter(|_| again.is_some());
                }
            }
            for ((what, _), numbers) in MEASURES.iter().zip(found) {
                worse.extend(numbers.map(|own| format!("{law}, {shape}, {what}: {own}")));
            }
        }
    }
    assert!(worse.is_empty(), "{worse:#?}");
}
