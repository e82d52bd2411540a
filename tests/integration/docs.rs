//! The documentation: what it shows is what the tool prints, its links lead somewhere, and no page is left out.
//!
//! A `console` block holds commands (`$ kextpolicy ...`), each followed by what it prints: standard output, then standard
//! error. The blocks of a page run one after the other in one scratch folder that holds `profiles/` and the files of
//! `tests/docs/PAGE/`. `KEXTPOLICY_BLESS=1 cargo test docs` writes the outputs anew: read the difference before you commit it.

use std::path::{Path, PathBuf};

use crate::tool::{Tool, repository};

/// The pages of the book and the README, sorted.
fn pages() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(repository().join("docs"))
        .expect("docs")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    found.push(repository().join("README.md"));
    found.sort();
    found
}

/// The text of a page.
fn read(page: &Path) -> String {
    std::fs::read_to_string(page)
        .unwrap_or_else(|error| panic!("{}: {error}", page.display()))
        .replace("\r\n", "\n")
}

/// Copies what is below a folder into the scratch folder.
fn copy(tool: &Tool, from: &Path, to: &str) {
    let Ok(entries) = std::fs::read_dir(from) else {
        return;
    };
    for entry in entries {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        let to = format!("{to}{name}");
        if path.is_dir() {
            copy(tool, &path, &format!("{to}/"));
        } else {
            tool.file(&to, std::fs::read(&path).expect("a file"));
        }
    }
}

/// A page with what the tool prints below each command of its console blocks, and how many commands there are.
fn with_outputs(page: &Path) -> (String, usize) {
    let tool = Tool::new();
    copy(&tool, &repository().join("profiles"), "profiles/");
    let stem = page.file_stem().expect("a name").to_string_lossy();
    let own = repository().join("tests/docs").join(stem.as_ref());
    copy(&tool, &own, "");
    let (mut written, mut commands, mut inside) = (String::new(), 0, false);
    for line in read(page).lines() {
        let ends = inside && line == "```";
        if inside && !ends {
            let Some(command) = line.strip_prefix("$ ") else {
                continue;
            };
            let args = command
                .strip_prefix("kextpolicy ")
                .unwrap_or_else(|| panic!("{}: not a command of ours: {line}", page.display()));
            assert!(
                !args.contains(['"', '\'', '|', '>', '*']),
                "{}: nothing here needs a shell: {line}",
                page.display()
            );
            let run = tool.run(args.split(' '));
            commands += 1;
            for text in [line, "\n", &run.stdout, &run.stderr] {
                written.push_str(text);
            }
            continue;
        }
        inside = line == "```console";
        written.push_str(line);
        written.push('\n');
    }
    (written, commands)
}

#[test]
fn docs_show_what_the_tool_prints() {
    let bless = std::env::var_os("KEXTPOLICY_BLESS").is_some_and(|value| value != "0");
    let mut commands = 0;
    let mut stale = Vec::new();
    for page in pages() {
        let (expected, run) = with_outputs(&page);
        commands += run;
        if read(&page) != expected {
            stale.push(format!("{}:\n{expected}", page.display()));
            if bless {
                std::fs::write(&page, expected).expect("a page");
            }
        }
    }
    assert!(
        stale.is_empty(),
        "out of date; KEXTPOLICY_BLESS=1 cargo test docs writes it anew:\n{}",
        stale.join("\n")
    );
    assert!(commands > 15, "only {commands} commands were found");
}

/// The lines of a page outside its code blocks.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        inside ^= fence;
        !inside && !fence
    })
}

/// The anchors of a page's headings, as GitHub and mdBook make them.
fn anchors(text: &str) -> Vec<String> {
    prose(text)
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = title.chars().filter_map(|character| match character {
                ' ' => Some('-'),
                '-' | '_' => Some(character),
                _ => character.is_alphanumeric().then_some(character),
            });
            kept.collect()
        })
        .collect()
}

/// The targets of a page's links.
fn links(text: &str) -> Vec<&str> {
    prose(text)
        .flat_map(|line| line.split("](").skip(1))
        .filter_map(|rest| rest.split(')').next())
        .collect()
}

#[test]
fn docs_link_to_files_and_headings_that_exist() {
    let mut broken = Vec::new();
    let mut checked = 0;
    for page in pages() {
        let text = read(&page);
        for link in links(&text) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            checked += 1;
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                page.clone()
            } else {
                page.parent().expect("a folder").join(file)
            };
            let found = target.exists()
                && (anchor.is_empty() || anchors(&read(&target)).iter().any(|own| own == anchor));
            if !found {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(checked > 20, "only {checked} links were found");
}

#[test]
fn docs_leave_no_page_out_of_the_summary() {
    let docs = repository().join("docs");
    let summary = read(&docs.join("SUMMARY.md"));
    let listed = links(&summary);
    for page in pages() {
        let Ok(name) = page.strip_prefix(&docs) else {
            continue;
        };
        let name = name.to_str().expect("a name");
        assert!(
            name == "SUMMARY.md" || listed.contains(&name),
            "docs/SUMMARY.md does not list {name}"
        );
    }
}

#[test]
fn docs_name_files_that_a_pipeline_includes() {
    let text: String = pages().iter().map(|page| read(page)).collect();
    for file in [
        ".pre-commit-hooks.yaml",
        ".ci/gitlab.yml",
        ".ci/Containerfile",
        ".github/action/action.yml",
    ] {
        assert!(repository().join(file).is_file(), "{file} is missing");
        let used = file.trim_end_matches("/action.yml");
        assert!(text.contains(used), "no page says how to use {file}");
    }
    for hook in ["kextpolicy-lint", "kextpolicy-render-check"] {
        let hooks = read(&repository().join(".pre-commit-hooks.yaml"));
        assert!(hooks.contains(&format!("- id: {hook}\n")), "{hook}");
        assert!(text.contains(hook), "no page names {hook}");
    }
}

/// Every key of the schema's objects with its description.
fn keys(schema: &serde_json::Value, found: &mut Vec<(String, String)>) {
    if let Some(properties) = schema["properties"].as_object() {
        for (key, value) in properties {
            let means = value["description"].as_str().expect("a description");
            found.push((key.clone(), means.replace('\n', " ")));
        }
    }
    for below in schema["$defs"].as_object().into_iter().flatten() {
        keys(below.1, found);
    }
}

#[test]
fn docs_name_every_key_of_the_policy_file() {
    let page = read(&repository().join("docs/policy.md"));
    let schema = read(&repository().join("docs/policy.schema.json"));
    let mut found = Vec::new();
    keys(&serde_json::from_str(&schema).expect("JSON"), &mut found);
    assert!(found.len() > 30, "{}", found.len());
    for (key, means) in found {
        let row = page
            .lines()
            .find(|line| line.starts_with(&format!("| `{key}`")) && line.contains(&means));
        assert!(row.is_some(), "docs/policy.md lacks `{key}`: {means}");
    }
}

#[test]
fn docs_list_every_ready_policy_with_its_product_and_date() {
    let page = read(&repository().join("docs/catalogue.md"));
    let mut products = 0;
    for entry in std::fs::read_dir(repository().join("profiles/policies")).expect("policies") {
        let path = entry.expect("an entry").path();
        let policy = read(&path);
        let header = |name: &str| {
            let begin = format!("# {name}: ");
            let found = policy.lines().find_map(|line| line.strip_prefix(&begin));
            found.unwrap_or_else(|| panic!("{} has no {name}", path.display()))
        };
        assert!(header("source").contains("https://"), "{}", path.display());
        let name = path.file_stem().expect("a name").to_string_lossy();
        let begin = format!(
            "| `{name}` | {} | {} |",
            header("product"),
            header("vendor")
        );
        let row = page.lines().find(|line| line.starts_with(&begin));
        let row = row.unwrap_or_else(|| panic!("docs/catalogue.md lacks {begin}"));
        assert!(
            row.ends_with(&format!("| {} |", header("checked"))),
            "{row}"
        );
        products += 1;
    }
    assert!(products >= 25, "{products}");
}
