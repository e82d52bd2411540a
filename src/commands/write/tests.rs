//! All or none, whichever step fails.
#![cfg(test)]

use super::*;

/// Every file below a folder with its content, sorted.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            found.push((format!("{name}/"), String::new()));
            found.extend(
                files(&path)
                    .into_iter()
                    .map(|(below, content)| (format!("{name}/{below}"), content)),
            );
        } else {
            found.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort();
    found
}

/// Writes text files into a folder.
fn write(
    folder: &Path,
    outputs: &[(&str, &str)],
    if_same: IfSame,
    gate: &mut Gate<'_>,
) -> Result<Vec<Written>, Error> {
    let paths: Vec<PathBuf> = outputs.iter().map(|(name, _)| folder.join(name)).collect();
    let outputs: Vec<Output<'_>> = outputs
        .iter()
        .zip(&paths)
        .map(|((_, content), path)| Output {
            path,
            links: Links::Follow,
            content: content.as_bytes(),
        })
        .collect();
    run(&outputs, if_same, gate)
}

/// Owned pairs, as [`files`] gives them.
fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter()
        .map(|(name, content)| ((*name).to_owned(), (*content).to_owned()))
        .collect()
}

/// A gate at which nothing fails.
fn open() -> impl FnMut(Step) -> io::Result<()> {
    fails_at(|_| false)
}

/// What the gates below let a step end with.
fn on_fire() -> io::Error {
    io::Error::other("the disk is on fire")
}

/// A gate at which the steps with these numbers fail.
fn fails_at(numbers: impl Fn(usize) -> bool) -> impl FnMut(Step) -> io::Result<()> {
    let mut number = 0;
    move |_| {
        number += 1;
        if numbers(number - 1) {
            Err(on_fire())
        } else {
            Ok(())
        }
    }
}

#[test]
fn new_files_get_their_folders() {
    let dir = tempfile::tempdir().unwrap();
    let written = write(
        dir.path(),
        &[("a/b/c", "1"), ("d", "2")],
        IfSame::Leave,
        &mut open(),
    );
    assert_eq!(written.unwrap(), [Written::New, Written::New]);
    assert_eq!(
        files(dir.path()),
        pairs(&[("a/", ""), ("a/b/", ""), ("a/b/c", "1"), ("d", "2")])
    );
}

/// A folder with two files, and a run that replaces both and adds a third in a folder of its own.
fn two_old_files() -> (tempfile::TempDir, [(&'static str, &'static str); 3]) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("old"), "old").unwrap();
    std::fs::write(dir.path().join("last"), "last").unwrap();
    let outputs = [("old", "new"), ("folder/fresh", "new"), ("last", "new")];
    (dir, outputs)
}

#[test]
fn whichever_step_fails_the_files_are_as_they_were() {
    for number in 0.. {
        let (dir, outputs) = two_old_files();
        let before = files(dir.path());
        let result = write(
            dir.path(),
            &outputs,
            IfSame::Leave,
            &mut fails_at(|step| step == number),
        );
        let Err(error) = result else {
            // One folder, three files created and written, two of them with old permissions and a second name, three
            // names: when none of these fails, all is written.
            assert_eq!(number, 1 + 3 + 3 + 2 + 2 + 3);
            assert_eq!(
                files(dir.path()),
                pairs(&[
                    ("folder/", ""),
                    ("folder/fresh", "new"),
                    ("last", "new"),
                    ("old", "new")
                ])
            );
            return;
        };
        assert!(
            error.to_string().ends_with("the disk is on fire"),
            "{error}"
        );
        assert_eq!(error.next_step(), Some(AS_THEY_WERE), "at step {number}");
        assert_eq!(
            files(dir.path()),
            before,
            "after a failure at step {number}"
        );
    }
}

#[test]
fn what_cannot_be_put_back_is_told_and_its_old_content_is_kept() {
    // From the renames on: the steps before them leave nothing to put back.
    for number in 9..14 {
        let (dir, outputs) = two_old_files();
        let result = write(
            dir.path(),
            &outputs,
            IfSame::Leave,
            &mut fails_at(|step| step >= number),
        );
        let error = result.unwrap_err();
        let told = error.next_step().unwrap();
        let after = files(dir.path());
        for (name, content) in [("old", "old"), ("last", "last")] {
            let is_there = after.contains(&(name.to_owned(), content.to_owned()));
            let beside = after
                .iter()
                .find(|(other, text)| other.starts_with(".tmp") && text == content)
                .is_some_and(|(other, _)| told.contains(other));
            assert!(
                is_there != beside,
                "step {number}: {name}: {told}: {after:?}"
            );
        }
        if after.iter().any(|(name, _)| name == "folder/fresh") {
            assert!(told.contains("is new and could not be removed"), "{told}");
        }
        assert!(after.len() <= 5, "step {number}: {after:?}");
    }
}

#[test]
fn a_file_put_back_keeps_its_time() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a");
    std::fs::write(&path, "old").unwrap();
    let before = std::fs::metadata(&path).unwrap().modified().unwrap();
    let mut second_rename = |step| {
        if step == Step::Rename(1) {
            return Err(on_fire());
        }
        Ok(())
    };
    let outputs = [("a", "new"), ("b", "new")];
    write(dir.path(), &outputs, IfSame::Leave, &mut second_rename).unwrap_err();
    assert_eq!(
        std::fs::metadata(&path).unwrap().modified().unwrap(),
        before
    );
}

#[test]
fn a_file_that_cannot_be_staged_leaves_no_trace_of_the_others() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("file"), "in the way").unwrap();
    let before = files(dir.path());
    for bad in ["file/below", ""] {
        let outputs = [("fresh/one", "1"), (bad, "2")];
        write(dir.path(), &outputs, IfSame::Leave, &mut open()).unwrap_err();
        assert_eq!(files(dir.path()), before);
    }
}

#[test]
fn the_same_content_is_left_alone_when_asked() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a");
    std::fs::write(&path, "same").unwrap();
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_hours(1);
    let set_time = || {
        let file = std::fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(long_ago).unwrap();
    };
    let time = || std::fs::metadata(&path).unwrap().modified().unwrap();
    set_time();
    let written = write(dir.path(), &[("a", "same")], IfSame::Leave, &mut open());
    assert_eq!(written.unwrap(), [Written::Unchanged]);
    assert_eq!(time(), long_ago);
    let written = write(dir.path(), &[("a", "same")], IfSame::Write, &mut open());
    assert_eq!(written.unwrap(), [Written::Replaced]);
    assert_ne!(time(), long_ago);
}

#[test]
fn two_outputs_at_one_place_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let outputs = [("a", "1"), ("./a", "2")];
    let error = write(dir.path(), &outputs, IfSame::Leave, &mut open()).unwrap_err();
    assert!(
        error.to_string().starts_with("two files of this run"),
        "{error}"
    );
    assert_eq!(files(dir.path()), []);
}

#[cfg(unix)]
#[test]
fn permissions_stay_and_links_are_followed() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("real");
    std::fs::write(&path, "old").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o662)).unwrap();
    std::os::unix::fs::symlink("real", dir.path().join("link")).unwrap();
    write(dir.path(), &[("link", "new")], IfSame::Leave, &mut open()).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o662);
    assert!(dir.path().join("link").is_symlink());
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_never_replaced() {
    let device = Output {
        path: Path::new("/dev/null"),
        links: Links::Follow,
        content: b"text",
    };
    let error = all_or_none(&[device], &Reads::nothing(), IfSame::Leave).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot write `/dev/null`: it is not a regular file"
    );
}

#[test]
fn a_file_that_came_meanwhile_or_under_a_name_in_other_case_is_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    // As on a file system on which both names are one: the first file is there when the second takes its place.
    let error = write(
        dir.path(),
        &[("a", "1"), ("A", "2")],
        IfSame::Leave,
        &mut |step| match step {
            Step::Rename(1) => std::fs::write(dir.path().join("A"), "theirs"),
            _ => Ok(()),
        },
    )
    .unwrap_err();
    assert!(error.to_string().contains("differs from it in case only"));
    assert_eq!(files(dir.path()), pairs(&[("A", "theirs")]));
}
