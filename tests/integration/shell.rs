//! Completions and manual pages: what a package puts beside the binary.

use crate::tool::Tool;

#[test]
fn every_shell_gets_a_completion_script() {
    let tool = Tool::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = tool.run(["completions", shell]).expect_code(0);
        assert!(
            run.stdout.contains("kextpolicy"),
            "{shell}: {}",
            run.shown()
        );
    }
}

#[test]
fn every_command_gets_a_manual_page() {
    let tool = Tool::new();
    let run = tool.run(["man"]).expect_code(0);
    assert!(
        run.stdout.starts_with(".ie") || run.stdout.contains(".TH kextpolicy 1"),
        "{}",
        run.stdout
    );
    tool.run(["man", "--out-dir", "pages"]).expect_code(0);
    assert!(
        tool.files()
            .contains(&"pages/kextpolicy-completions.1".to_owned()),
        "{:?}",
        tool.files()
    );
    let page = tool.read("pages/kextpolicy-completions.1");
    assert!(page.contains(".TH kextpolicy-completions 1"), "{page}");
}

#[test]
fn help_begins_with_an_example() {
    let tool = Tool::new();
    let overview = tool.run(["--help"]).expect_code(0);
    assert!(
        overview.stdout.starts_with("Example"),
        "{}",
        overview.stdout
    );
    let commands = overview
        .stdout
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect::<Vec<_>>();
    assert!(!commands.is_empty(), "{}", overview.stdout);
    for command in commands {
        let help = tool.run([command.as_str(), "--help"]).expect_code(0);
        assert!(
            help.stdout.starts_with("Example"),
            "`{command} --help` begins with: {}",
            help.stdout
        );
    }
}

#[test]
fn help_tells_what_an_exit_code_says_where_it_can_be_one() {
    let tool = Tool::new();
    let commands = [
        "lint",
        "render",
        "diff",
        "effective",
        "verify",
        "import",
        "diagnose",
    ];
    let with_command = commands.map(|command| vec![command, "--help"]);
    for arguments in std::iter::once(vec!["--help"]).chain(with_command) {
        let help = tool.run(&arguments).expect_code(0).stdout;
        let (_, codes) = help.rsplit_once("Exit codes:\n").expect("exit codes");
        let codes: Vec<&str> = codes
            .lines()
            .filter_map(|line| line.split_whitespace().next())
            .collect();
        assert_eq!(codes, ["0", "1", "2"], "{arguments:?}");
    }
}
