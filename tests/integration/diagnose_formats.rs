//! `tests/diagnose/formats.txt`: every form in which macOS's tools and people answer, each with what `diagnose` makes of
//! it. A section names the option (`option`), the extension that is asked about unless it is Defender (`asked`), the
//! published sample it is like, with the extension there (`like`), and the verdict with the conclusions, or the refusal
//! (`expect`). `tests/diagnose/own.txt` holds further ones that no sample is like, without an option, with the number of
//! lines that are shown as not understood (`left`).

use std::path::Path;

use crate::diagnose::answer_to;
use crate::tool::{Run, Tool, repository, shared};

/// One form.
struct Form {
    /// What it is.
    name: String,
    /// The option that takes it.
    option: String,
    /// Team and bundle ID; none for Defender.
    asked: Vec<String>,
    /// The published sample, and team and bundle ID in it.
    like: Vec<String>,
    /// Verdict and conclusions, or the refusal.
    expect: String,
    /// How many lines are shown as not understood.
    left: usize,
    /// What was printed.
    text: String,
}

/// The forms that published samples have.
fn forms() -> Vec<Form> {
    forms_of("formats.txt")
}

/// All forms of a file.
fn forms_of(file: &str) -> Vec<Form> {
    let path = repository().join("tests/diagnose").join(file);
    let file = std::fs::read_to_string(path)
        .expect("the forms")
        .replace("\r\n", "\n");
    let sections = file
        .strip_prefix("=== ")
        .expect("a section")
        .split("\n\n=== ");
    sections
        .map(|section| {
            let (head, text) = section.split_once("\n---\n").expect("a head");
            let mut lines = head.lines();
            let mut form = Form {
                name: lines.next().expect("a name").to_owned(),
                option: String::new(),
                asked: Vec::new(),
                like: Vec::new(),
                expect: String::new(),
                left: 0,
                text: format!("{}\n", text.trim_end_matches('\n')),
            };
            for line in lines {
                let (key, value) = line.split_once(": ").expect("key: value");
                let words = || value.split(' ').map(str::to_owned).collect();
                match key {
                    "option" => value.clone_into(&mut form.option),
                    "asked" => form.asked = words(),
                    "like" => form.like = words(),
                    "expect" => value.clone_into(&mut form.expect),
                    "left" => form.left = value.parse().expect("a number"),
                    other => panic!("{}: {other}", form.name),
                }
            }
            form
        })
        .collect()
}

/// What `diagnose` says of a file: verdict and conclusions, or the refusal.
fn said(tool: &Tool, form: &Form, file: &Path, asked: &[String]) -> (String, Run) {
    let mut args = vec!["diagnose".into(), file.as_os_str().to_owned()];
    if !form.option.is_empty() {
        args.insert(1, form.option.clone().into());
    }
    args.extend(["--format".into(), "json".into()]);
    if let [team, bundle] = asked {
        args.extend([
            "--team-id".into(),
            team.into(),
            "--bundle-id".into(),
            bundle.into(),
        ]);
    }
    let run = tool.run(&args);
    let said = match serde_json::from_str::<serde_json::Value>(&run.stdout) {
        Ok(json) => {
            let names: Vec<&str> = json["conclusions"]
                .as_array()
                .expect("conclusions")
                .iter()
                .filter_map(|one| one["name"].as_str())
                .collect();
            format!(
                "{}: {}",
                json["verdict"].as_str().expect("a verdict"),
                names.join(", ")
            )
        }
        Err(_) => run
            .stderr
            .lines()
            .next()
            .and_then(|line| line.split_once("`: this is "))
            .map_or_else(String::new, |(_, what)| format!("refused: {what}")),
    };
    (said.trim_end().to_owned(), run)
}

/// Fails unless a file is understood as expected.
fn assert_said(tool: &Tool, form: &Form, file: &Path, asked: &[String]) {
    let (said, run) = said(tool, form, file, asked);
    // What somebody else's text begins with is shown as well.
    let is_as_expected = if form.expect.ends_with("begins with") {
        said.starts_with(&form.expect) && !said.is_empty()
    } else {
        said == form.expect.trim_end()
    };
    assert!(
        is_as_expected,
        "{}: {}\nnot {}\n{}",
        form.name,
        said,
        form.expect,
        run.shown()
    );
    assert!(
        run.code == 2 || !said.starts_with("refused"),
        "{}: {}",
        form.name,
        run.shown()
    );
}

#[test]
fn every_form_is_understood_or_named() {
    let tool = Tool::new();
    for form in forms() {
        let file = tool.file("f", &form.text);
        assert_said(
            &tool,
            &form,
            Path::new(file.file_name().expect("f")),
            &form.asked,
        );
    }
}

#[test]
fn no_line_of_other_outputs_is_passed_over_or_misread() {
    let tool = Tool::new();
    for form in forms_of("own.txt") {
        let file = tool.file("f", &form.text);
        let file = Path::new(file.file_name().expect("f"));
        assert_said(&tool, &form, file, &form.asked);
        let (_, run) = said(&tool, &form, file, &form.asked);
        let left = serde_json::from_str::<serde_json::Value>(&run.stdout).map_or(0, |json| {
            json["not_understood"].as_array().map_or(0, Vec::len)
        });
        assert_eq!(left, form.left, "{}: {}", form.name, run.shown());
    }
}

#[test]
#[ignore = "needs KEXTPOLICY_SHARED"]
fn every_published_sample_is_understood_or_named() {
    let folder = shared();
    let (tool, samples, forms) = (Tool::new(), folder.join("samples"), forms());
    for form in &forms {
        assert_said(&tool, form, &samples.join(&form.like[0]), &form.like[1..]);
    }
    let mut names = Vec::new();
    for root in ["", "2026-11/diagnose/outputs/"] {
        let kinds = std::fs::read_dir(samples.join(root)).expect("samples");
        let folders = kinds.flatten().filter(|kind| kind.file_name() != "2026-11");
        for kind in folders {
            for file in std::fs::read_dir(kind.path())
                .into_iter()
                .flatten()
                .flatten()
            {
                let kind = kind.file_name().into_string().expect("a name");
                let file = file.file_name().into_string().expect("a name");
                names.push(format!("{root}{kind}/{file}"));
            }
        }
    }
    assert!(names.len() > 100, "{}", names.len());
    for name in names {
        assert!(
            forms.iter().any(|form| form.like[0] == name),
            "no form is like {name}"
        );
    }
}

#[test]
fn nothing_is_concluded_from_what_is_said_of_another_extension() {
    for form in forms() {
        // These messages name no extension at all.
        if form.asked.is_empty()
            || form.text.contains("KextManager failed")
            || form.text.contains("kext load failed:")
            || form.text.contains("boot kernel collection")
            || form.expect.starts_with("refused")
        {
            continue;
        }
        let shown = answer_to(
            &form.option,
            &form.text,
            &[
                "--team-id",
                "T4NDB7YQ2C",
                "--bundle-id",
                "com.tailspin.audio",
            ],
        );
        assert!(
            shown.starts_with("not known: com.tailspin.audio") && !shown.contains("approved-by"),
            "{}: {shown}",
            form.name
        );
    }
}
