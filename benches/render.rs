//! How fast policies become profiles: one, and many in one call, which takes as many times as long.
//!
//! `cargo bench --bench render`. The library keeps its insides to itself, so what is measured is compiled in by path.
#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "modules of the library, of which a benchmark uses a part"
)]

use divan::Bencher;
use divan::counter::ItemsCount;

#[path = "../src/approval.rs"]
mod approval;
#[path = "../src/escape.rs"]
mod escape;
#[path = "../src/extension.rs"]
mod extension;
#[path = "../src/identifier/mod.rs"]
mod identifier;
#[path = "../src/policy/mod.rs"]
mod policy;
#[path = "../src/render/mod.rs"]
mod render;
#[path = "../src/requirement/mod.rs"]
mod requirement;
#[path = "../src/source/mod.rs"]
mod source;
#[path = "../src/suggest.rs"]
mod suggest;
#[path = "../src/target.rs"]
mod target;

fn main() {
    divan::main();
}

/// The ready policy of Microsoft Defender under an identifier of its own.
fn policies(count: usize) -> Vec<String> {
    let text = include_str!("../profiles/policies/microsoft-defender.yaml");
    (0..count)
        .map(|number| {
            text.replace(
                "com.your-organization.microsoft-defender",
                &format!("com.contoso.p{number}"),
            )
        })
        .collect()
}

/// Reads and renders policies for every target; the bytes made.
fn render_all(policies: &[String]) -> usize {
    let mut bytes = 0;
    for text in policies {
        let Ok(policy) = policy::read("policy.yaml", text.as_bytes()) else {
            continue;
        };
        for target in target::Target::ALL {
            for file in render::render(&policy, target).into_iter().flatten() {
                bytes += file.content.len();
            }
        }
    }
    bytes
}

/// Every target of so many policies.
#[divan::bench(args = [1, 10, 100, 1000])]
fn policies_for_all_targets(bencher: Bencher<'_, '_>, count: usize) {
    let policies = policies(count);
    assert!(render_all(&policies) > 5_000 * count, "the policies render");
    bencher
        .counter(ItemsCount::new(count))
        .bench(|| render_all(&policies));
}
