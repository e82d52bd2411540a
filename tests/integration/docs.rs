//! The documentation: what its examples hold can be read, its links lead somewhere, and no page is left out.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::tool::{Tool, repository};

/// The pages of the book and the README, sorted.
pub(crate) fn pages() -> Vec<PathBuf> {
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
pub(crate) fn read(page: &Path) -> String {
    std::fs::read_to_string(page)
        .unwrap_or_else(|error| panic!("{}: {error}", page.display()))
        .replace("\r\n", "\n")
}

/// What the fence that begins a block says: its language, and whether it is left out.
pub(crate) fn fence(line: &str) -> Option<&str> {
    line.strip_prefix("```").filter(|info| !info.is_empty())
}

#[test]
fn docs_say_which_commands_nobody_ran_here() {
    for page in pages() {
        let text = read(&page);
        let mut before = String::new();
        for line in text.lines() {
            if line.starts_with("# ") || line.starts_with("## ") {
                before.clear();
            }
            let untested = fence(line).is_some_and(|info| info.ends_with(" untested"));
            // The README's commands build this very binary.
            if untested && !page.ends_with("README.md") {
                assert!(
                    before
                        .to_lowercase()
                        .contains("not run by the tests of this project"),
                    "{}: the section says nothing about its untested block",
                    page.display()
                );
            }
            before.push_str(line);
            before.push('\n');
        }
    }
}

/// The blocks of a page in this language.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let begin = format!("```{language}\n");
    text.split(&begin)
        .skip(1)
        .filter_map(|rest| rest.split("\n```").next())
        .collect()
}

#[test]
fn docs_hold_yaml_and_toml_that_can_be_read() {
    let mut found = 0;
    for page in pages() {
        let text = read(&page);
        for block in blocks(&text, "yaml") {
            let value: Result<serde_json::Value, _> = serde_saphyr::from_str(block);
            assert!(value.is_ok_and(|value| value.is_object()), "{block}");
            found += 1;
        }
        for block in blocks(&text, "toml") {
            let tool = Tool::new();
            tool.file("kextpolicy.toml", block);
            tool.file("a.mobileconfig", "");
            let run = tool.run(["lint", "--quiet"]).expect_code(1);
            assert!(run.stderr.is_empty(), "{}", run.shown());
            found += 1;
        }
    }
    assert!(found > 6, "only {found} blocks were found");
}

#[test]
fn docs_show_a_policy_that_renders() {
    for block in blocks(&read(&repository().join("docs/policy.md")), "yaml") {
        let tool = Tool::new();
        tool.file("policy.yaml", block);
        tool.run(["render", "policy.yaml", "--print"])
            .expect_code(0);
    }
}

/// A block of docs/ci.md that says this somewhere, as a tree.
fn pipeline(saying: &str) -> serde_json::Value {
    let page = read(&repository().join("docs/ci.md"));
    let blocks = blocks(&page, "yaml");
    let block = blocks.iter().find(|block| block.contains(saying));
    let block = block.unwrap_or_else(|| panic!("docs/ci.md shows no {saying}"));
    serde_saphyr::from_str(block).expect("YAML")
}

#[test]
fn docs_give_pipelines_only_inputs_that_exist() {
    let action = read(&repository().join(".github/action/action.yml"));
    let action: serde_json::Value = serde_saphyr::from_str(&action).expect("YAML");
    let gitlab = read(&repository().join(".ci/gitlab.yml"));
    let (gitlab, _) = gitlab.split_once("\n---\n").expect("two documents");
    let gitlab: serde_json::Value = serde_saphyr::from_str(gitlab).expect("YAML");
    let github = pipeline("actions/checkout");
    let steps = github["jobs"]["lint"]["steps"].as_array().expect("steps");
    let mut checked = 0;
    for (given, known) in [
        (&steps[1]["with"], &action["inputs"]),
        (
            &pipeline("remote:")["include"][0]["inputs"],
            &gitlab["spec"]["inputs"],
        ),
    ] {
        for name in given.as_object().expect("inputs").keys() {
            assert!(known[name].is_object(), "{name} is no input");
            checked += 1;
        }
    }
    assert!(checked > 8, "{checked}");
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
fn docs_list_every_ready_policy_with_what_to_know_of_it() {
    let place = repository().join("docs/catalogue.md");
    let page = read(&place);
    let begin = "| NAME |";
    let head = page.split(begin).next().expect("text before the table");
    let mut table = format!(
        "{begin} Product | Vendor | Team IDs | What it holds | Status | Confidence | Checked |\n|---|---|---|---|---|---|---|---|\n"
    );
    let mut paths: Vec<_> = std::fs::read_dir(repository().join("profiles/policies"))
        .expect("policies")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    assert!(paths.len() >= 50, "{}", paths.len());
    for path in paths {
        let policy = read(&path);
        let header = |name: &str| {
            let begin = format!("# {name}: ");
            let found = policy.lines().find_map(|line| line.strip_prefix(&begin));
            found.unwrap_or_else(|| panic!("{} has no {name}", path.display()))
        };
        let words = |key: &str| {
            policy
                .lines()
                .any(|line| line.strip_suffix(':') == Some(key))
        };
        let holds: Vec<&str> = [
            ("kernel_extensions", "kext"),
            ("system_extensions", "system extension"),
            ("privacy", "privacy"),
            ("content_filters", "filter"),
            ("background_items", "background items"),
        ]
        .into_iter()
        .filter(|(key, _)| words(key))
        .map(|(_, word)| word)
        .collect();
        let teams: std::collections::BTreeSet<String> = policy
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
            .filter_map(|line| line.split("team_id: ").nth(1))
            .map(|team| format!("`{team}`"))
            .collect();
        let name = path.file_stem().expect("a name").to_string_lossy();
        let _ = writeln!(
            table,
            "| `{name}` | {} | {} | {} | {} | {} | {} | {} |",
            header("product"),
            header("vendor"),
            teams.into_iter().collect::<Vec<_>>().join(", "),
            holds.join(", "),
            header("status"),
            header("confidence"),
            header("checked")
        );
    }
    let wanted = format!("{head}{table}");
    if std::env::var_os("KEXTPOLICY_BLESS").is_some() {
        std::fs::write(&place, &wanted).expect("the page");
        return;
    }
    assert_eq!(
        page, wanted,
        "KEXTPOLICY_BLESS=1 cargo test docs writes the table"
    );
}

#[test]
fn every_test_that_the_security_pages_name_exists() {
    let mut code = String::new();
    let mut folders = vec![repository().join("src"), repository().join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                code += &std::fs::read_to_string(path).expect("code");
            }
        }
    }
    let is_name =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    for (page, least) in [("docs/security.md", 50), (".github/SECURITY.md", 20)] {
        let text = std::fs::read_to_string(repository().join(page)).expect("the page");
        let named: Vec<&str> = text
            .split('`')
            .filter(|word| word.chars().all(is_name) && word.matches('_').count() > 2)
            .collect();
        for name in &named {
            let at = code.find(&format!("fn {name}(")).unwrap_or_default();
            let attributes = code[..at].rsplit("\n\n").next().unwrap_or_default();
            assert!(attributes.contains("#[test]"), "{page}: no test `{name}`");
        }
        assert!(named.len() >= least, "{page}: {}", named.len());
    }
}
