//! Who may import whom: the floors of the linter, and no circles inside any room.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::conventions::{FLOORS, floor, module, rust_files};
use crate::tool::repository;

/// The floor of every room of the linter; a room imports only from rooms below its own.
const ROOMS: &[(&str, u8)] = &[
    ("model", 0),
    ("views", 1),
    ("rule", 2),
    ("config", 3),
    ("file_report", 3),
    ("rules", 4),
    ("accept", 5),
    ("engine", 6),
];

/// The circles that are left: the folder, the modules that import each other, and why they are not taken apart.
const CIRCLES: &[(&str, &[&str], &str)] = &[(
    "schema",
    &["group", "row", "table"],
    "the table and the words it is written in",
)];

/// The path of a module below `src`.
fn path(file: &Path) -> Vec<String> {
    let below = file
        .strip_prefix(repository().join("src"))
        .expect("below src")
        .with_extension("");
    let mut path: Vec<String> = below
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if path.last().is_some_and(|last| last == "mod") {
        path.pop();
    }
    path
}

/// What a file imports outside its tests, as paths below `src`: `crate::a::b` and `super::c`, each with its line.
fn imports(file: &Path) -> Vec<(usize, Vec<String>)> {
    let text = std::fs::read_to_string(file).expect("a source file");
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    if text.contains("#![cfg(test)]") || name.ends_with("tests") {
        return Vec::new();
    }
    let code = text
        .split("#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or_default();
    let code: Vec<&str> = code
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect();
    let code = code.join("\n");
    let mut found = Vec::new();
    for (word, from) in [("crate::", Vec::new()), ("super::", path(file))] {
        for (at, _) in code.match_indices(word) {
            // The later words of `super::super::a` belong to the first.
            if code[..at].ends_with("::") {
                continue;
            }
            let line = code[..at].matches('\n').count() + 1;
            let rest = code[at..].strip_prefix("crate::").unwrap_or(&code[at..]);
            let mut paths = Vec::new();
            expand(&from, rest, &mut paths);
            found.extend(paths.into_iter().map(|path| (line, path)));
        }
    }
    found
}

/// The paths that a path stands for, groups in braces included.
fn expand(from: &[String], text: &str, found: &mut Vec<Vec<String>>) {
    let mut path = from.to_vec();
    let mut rest = text.trim_start();
    loop {
        if let Some(inside) = rest.strip_prefix('{') {
            let (mut depth, mut start) = (0_usize, 0);
            for (at, letter) in inside.char_indices() {
                match letter {
                    '{' => depth += 1,
                    ',' | '}' if depth == 0 => {
                        expand(&path, &inside[start..at], found);
                        start = at + 1;
                        if letter == '}' {
                            return;
                        }
                    }
                    '}' => depth -= 1,
                    _ => {}
                }
            }
            return;
        }
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let word = rest.split(|letter| !is_word(letter)).next();
        let word = word.unwrap_or_default();
        match word {
            "" | "self" => {}
            "super" => drop(path.pop()),
            name => path.push(name.to_owned()),
        }
        match rest[word.len()..].strip_prefix("::") {
            Some(after) => rest = after,
            None => break,
        }
    }
    found.push(path);
}

#[test]
fn a_room_of_the_linter_imports_only_from_rooms_below_its_own() {
    let lint = repository().join("src/lint");
    let floor = |room: &str| {
        let mut rooms = ROOMS.iter();
        rooms.find(|(name, _)| *name == room).map(|own| own.1)
    };
    let mut wrong = Vec::new();
    for file in rust_files(&lint) {
        let own = path(&file);
        let Some(room) = own.get(1) else {
            continue;
        };
        let number = floor(room);
        assert!(
            number.is_some(),
            "{room} has no floor: add it to ROOMS and to src/lint/mod.rs"
        );
        for (line, target) in imports(&file) {
            let [top, target, ..] = target.as_slice() else {
                continue;
            };
            if top == "lint" && target != room && floor(target) >= number {
                wrong.push(format!(
                    "{}:{line}: {room} imports {target}",
                    file.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_climbs_out_of_its_module_into_a_higher_floor() {
    let mut wrong = Vec::new();
    for file in rust_files(&repository().join("src")) {
        let own = module(&file);
        for (line, path) in imports(&file) {
            let Some(target) = path.first().filter(|target| **target != own) else {
                continue;
            };
            if FLOORS.iter().any(|(name, _)| name == target) && floor(target) > floor(&own) {
                wrong.push(format!("{}:{line}: {own} imports {target}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Who imports whom among the modules of each folder. A folder's own `mod.rs` is left out: it declares them.
fn neighbours() -> BTreeMap<String, BTreeMap<String, BTreeSet<String>>> {
    let files = rust_files(&repository().join("src"));
    let modules: BTreeSet<Vec<String>> = files.iter().map(|file| path(file)).collect();
    let mut folders: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for file in &files {
        let own = path(file);
        for (_, mut target) in imports(file) {
            // Down to the module that has the name.
            while !modules.contains(&target) {
                if target.pop().is_none() {
                    break;
                }
            }
            let same = own.iter().zip(&target);
            let depth = same.take_while(|(one, other)| one == other).count();
            if let (true, Some(from), Some(to)) = (depth > 0, own.get(depth), target.get(depth)) {
                let folder = folders.entry(own[..depth].join("/")).or_default();
                folder.entry(from.clone()).or_default().insert(to.clone());
            }
        }
    }
    folders
}

/// The modules that lead back to each other.
fn circles(graph: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<Vec<String>> {
    let reached = |from: &String| {
        let mut reached = BTreeSet::new();
        let mut open = vec![from];
        while let Some(name) = open.pop() {
            let next = graph.get(name).into_iter().flatten();
            open.extend(next.filter(|name| reached.insert((*name).clone())));
        }
        reached
    };
    let all: BTreeMap<&String, BTreeSet<String>> =
        graph.keys().map(|name| (name, reached(name))).collect();
    let circle = |name: &String| -> Vec<String> {
        let back = all[name].iter();
        back.filter(|other| all.get(other).is_some_and(|own| own.contains(name)))
            .cloned()
            .collect()
    };
    let found = graph.keys().map(circle);
    found.filter(|circle| !circle.is_empty()).collect()
}

#[test]
fn the_modules_of_a_folder_import_each_other_in_no_circle() {
    let mut found = BTreeSet::new();
    for (folder, graph) in neighbours() {
        for circle in circles(&graph) {
            found.insert((folder.clone(), circle));
        }
    }
    let known: BTreeSet<(String, Vec<String>)> = CIRCLES
        .iter()
        .map(|(folder, names, _)| {
            let names = names.iter().map(|name| (*name).to_owned());
            ((*folder).to_owned(), names.collect())
        })
        .collect();
    let new: Vec<_> = found.difference(&known).collect();
    assert!(new.is_empty(), "import each other: {new:#?}");
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(
        gone.is_empty(),
        "no longer import each other, remove them from CIRCLES: {gone:#?}"
    );
}
