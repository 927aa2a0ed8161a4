//! The floors of the source: what stands on one may use what stands on the floors below it, and nothing above.
//!
//! ARCHITECTURE.md names the floors. This test reads `src/` as text, so it needs nothing of the crate that it is of.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of each floor, from the bottom up. A module that is not named belongs to the one that it is in.
const FLOORS: &[(&str, &[&str])] = &[
    (
        "ground",
        &[
            "error",
            "interrupt",
            "names",
            "pool",
            "compression",
            "progress",
        ],
    ),
    ("kernel", &["kernel"]),
    ("storage", &["remote", "spill"]),
    ("records", &["corpus"]),
    ("settings", &["config", "links"]),
    (
        "stages",
        &[
            "stages::clean",
            "stages::candidates",
            "stages::fingerprint",
            "stages::copies",
            "stages::stories",
            "recorder",
            "stages",
            "pipeline",
        ],
    ),
    (
        "results",
        &[
            "output",
            "results",
            "results::diff",
            "results::rejects",
            "results::tables",
        ],
    ),
    (
        "products",
        &[
            "products",
            "products::dedup",
            "products::eval",
            "products::explain",
            "products::index",
            "products::report",
            "products::serve",
            "products::state",
            "products::tune",
            "products::work",
        ],
    ),
    ("fuzzing", &["probe"]),
    ("command line", &["cli", "main"]),
];

/// Lines of a file without its tests, and of a function.
const LONGEST_FILE: usize = 400;
const LONGEST_FUNCTION: usize = 60;

#[test]
fn nothing_uses_what_stands_on_a_floor_above_it() {
    let mut up = Vec::new();
    for arrow in arrows() {
        if floor(&arrow.from).0 < floor(&arrow.to).0 {
            let (from, to) = (floor(&arrow.from).1, floor(&arrow.to).1);
            up.push(format!(
                "{}:{}: {} ({from}) uses {} ({to})",
                arrow.file, arrow.line, arrow.from, arrow.to
            ));
        }
    }
    assert!(up.is_empty(), "arrows that go up:\n{}", up.join("\n"));
}

#[test]
fn no_two_modules_of_a_floor_need_each_other() {
    let mut uses: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for arrow in arrows() {
        let place = format!("{}:{}", arrow.file, arrow.line);
        uses.entry(arrow.from)
            .or_default()
            .entry(arrow.to)
            .or_insert(place);
    }
    let mut over = BTreeSet::new();
    for module in uses.keys() {
        let mut path = Vec::new();
        if let Some(ring) = ring(module, &uses, &mut over, &mut path) {
            let steps = ring.windows(2);
            let steps = steps.map(|step| {
                format!(
                    "{} uses {} in {}",
                    step[0], step[1], uses[&step[0]][&step[1]]
                )
            });
            panic!(
                "a ring of modules:\n{}",
                steps.collect::<Vec<_>>().join("\n")
            );
        }
    }
}

#[test]
fn files_and_functions_are_short_enough_to_be_read() {
    let mut long = Vec::new();
    for source in sources() {
        let lines: Vec<&str> = source.without_tests().lines().collect();
        if lines.len() > LONGEST_FILE {
            long.push(format!("{}: {} lines", source.name, lines.len()));
        }
        for (name, length) in functions(&lines) {
            if length > LONGEST_FUNCTION {
                long.push(format!("{}: {name} has {length} lines", source.name));
            }
        }
    }
    assert!(long.is_empty(), "too long: {long:#?}");
}

#[test]
fn a_format_is_told_from_others_in_its_own_folder_alone() {
    let mut told = Vec::new();
    for source in sources() {
        let is_of_formats = source.name.starts_with("src/corpus/formats/");
        let is_of_others = ["src/output/", "src/cli/"]
            .iter()
            .any(|it| source.name.starts_with(it));
        let lines = (1..).zip(source.without_tests().lines());
        for (at, line) in lines.filter(|_| !is_of_formats && !is_of_others) {
            let is_arm = code(line)
                .split("=>")
                .next()
                .is_some_and(|arm| arm.contains("Format::"))
                && line.contains("=>");
            let is_asked = ["== Format::", "!= Format::"]
                .iter()
                .any(|it| code(line).contains(it))
                || line.contains("matches!") && line.contains("Format::");
            if is_arm || is_asked {
                told.push(format!("{}:{at}: {}", source.name, line.trim()));
            }
        }
    }
    assert!(told.is_empty(), "ask `Format::reader` instead: {told:#?}");
}

#[test]
fn no_two_public_types_have_one_name() {
    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in sources() {
        for line in source.without_tests().lines() {
            // What stands in a function, or is handed on, is not declared here.
            let declared = ["pub struct ", "pub enum ", "pub trait ", "pub type "];
            let name = declared.iter().find_map(|start| line.strip_prefix(start));
            if let Some(name) = name {
                let is_name = |it: &char| it.is_alphanumeric() || *it == '_';
                let name = name.chars().take_while(is_name).collect();
                named.entry(name).or_default().push(source.name.clone());
            }
        }
    }
    named.retain(|_, files| files.len() > 1);
    assert!(named.is_empty(), "types of one name: {named:#?}");
}

/// One module that uses another.
struct Arrow {
    from: String,
    to: String,
    file: String,
    line: usize,
}

/// A source file.
struct Source {
    /// From the root of the repository.
    name: String,
    /// The path of its module.
    module: Vec<String>,
    text: String,
}

impl Source {
    /// Its text up to the tests in it.
    fn without_tests(&self) -> &str {
        let end = self.text.find("\n#[cfg(test)]\nmod tests {");
        &self.text[..end.unwrap_or(self.text.len())]
    }
}

/// The files of the source, but for those that are tests.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    let mut folders = vec![root.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the source is there") {
            let path = entry.expect("the source can be read").path();
            match path.is_dir() {
                true => folders.push(path),
                false => files.push(path),
            }
        }
    }
    files.sort();
    let is_source = |path: &PathBuf| {
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        path.extension().is_some_and(|end| end == "rs")
            && stem != Some("tests")
            && stem != Some("lib")
    };
    let source = |path: PathBuf| {
        let name = path.strip_prefix(root).expect("it is below the root");
        let module = name.with_extension("");
        let parts = module.iter().skip(1).filter(|part| *part != "mod");
        Source {
            module: parts
                .map(|part| part.to_string_lossy().into_owned())
                .collect(),
            name: name.to_string_lossy().replace('\\', "/"),
            text: fs::read_to_string(&path).expect("source is text"),
        }
    };
    files.into_iter().filter(is_source).map(source).collect()
}

/// The floor of a module: its number, and its name.
fn floor(module: &str) -> (usize, &'static str) {
    let at = FLOORS
        .iter()
        .position(|(_, modules)| modules.contains(&module));
    let at = at.unwrap_or_else(|| panic!("on which floor does {module} stand? ARCHITECTURE.md names the floors, and so does this test"));
    (at, FLOORS[at].0)
}

/// The module of those named on the floors that a path leads into; the first name of the path where there is none.
fn named(path: &[String]) -> Option<String> {
    let all = || FLOORS.iter().flat_map(|(_, modules)| modules.iter());
    let starts = (1..=path.len()).rev().map(|end| path[..end].join("::"));
    let named = starts
        .clone()
        .find(|start| all().any(|module| module == start));
    // What the crate hands on at its root is named by its last name.
    let first = path.first()?;
    let is_handed_on = |module: &&&str| module.rsplit("::").next() == Some(first.as_str());
    named
        .or_else(|| all().find(is_handed_on).map(|&module| module.to_owned()))
        .or_else(|| Some(first.clone()))
}

/// Every path from one module into another.
fn arrows() -> Vec<Arrow> {
    let mut arrows = Vec::new();
    for source in sources() {
        let from = named(&source.module).expect("a file has a name");
        let _ = floor(&from);
        for (line, path) in paths(&source).into_iter().chain(declared(&source)) {
            let Some(to) = named(&path) else { continue };
            if to != from {
                arrows.push(Arrow {
                    from: from.clone(),
                    to,
                    file: source.name.clone(),
                    line,
                });
            }
        }
    }
    assert!(arrows.len() > 100, "the source is read");
    arrows
}

/// The paths in a file that begin at the root of the crate, with their lines.
fn paths(source: &Source) -> Vec<(usize, Vec<String>)> {
    let mut paths = Vec::new();
    let text: Vec<&str> = source.without_tests().lines().map(code).collect();
    let text = text.join("\n");
    let mut starts: Vec<(usize, Vec<String>)> = Vec::new();
    for start in ["crate::", "samestory::", "super::"] {
        for (at, _) in text.match_indices(start) {
            let before = text[..at].chars().next_back();
            if before.is_some_and(|it| it.is_alphanumeric() || it == '_' || it == ':' || it == '$')
            {
                continue;
            }
            let (mut base, mut rest) = (Vec::new(), at + start.len());
            if start == "super::" {
                base = source.module.clone();
                base.pop();
                while text[rest..].starts_with(start) {
                    base.pop();
                    rest += start.len();
                }
            }
            starts.push((rest, base));
        }
    }
    for (at, base) in starts {
        let line = 1 + text[..at].matches('\n').count();
        spread(&text[at..], base, &mut |path| paths.push((line, path)));
    }
    paths
}

/// The modules that a file declares: it may use them by their names alone.
fn declared(source: &Source) -> Vec<(usize, Vec<String>)> {
    let mut declared = Vec::new();
    for (line, text) in (1..).zip(source.without_tests().lines()) {
        let name = text
            .strip_suffix(';')
            .and_then(|text| text.split_once("mod "));
        if let Some((visibility, name)) = name
            && (visibility.is_empty() || visibility.starts_with("pub"))
            && !visibility.contains("use")
        {
            declared.push((line, [&source.module[..], &[name.to_owned()]].concat()));
        }
    }
    declared
}

/// A line without its comment and without what is quoted in it.
fn code(line: &str) -> &str {
    let line = line.split("//").next().unwrap_or_default();
    line.split('"').next().unwrap_or_default()
}

/// The paths that begin a text, those in braces one by one; returns what is left of the text.
fn spread<'t>(text: &'t str, base: Vec<String>, found: &mut dyn FnMut(Vec<String>)) -> &'t str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = spread(rest, base.clone(), found).trim_start();
            // An alias is no path.
            if let Some(alias) = rest.strip_prefix("as ") {
                rest = alias.trim_start_matches(|it: char| it.is_alphanumeric() || it == '_');
                rest = rest.trim_start();
            }
            match rest.strip_prefix(',') {
                Some(next) if !next.trim_start().starts_with('}') => rest = next,
                Some(next) => return next.trim_start().strip_prefix('}').unwrap_or_default(),
                None => return rest.strip_prefix('}').unwrap_or_default(),
            }
        }
    }
    let end = text.find(|it: char| !it.is_alphanumeric() && it != '_');
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    let mut path = base;
    if name != "self" {
        path.push(name.to_owned());
    }
    match rest.strip_prefix("::") {
        Some(rest) if !rest.starts_with('<') && !rest.starts_with('*') => spread(rest, path, found),
        _ => {
            found(path);
            rest
        }
    }
}

/// The functions of a file, with their lengths in lines.
fn functions(lines: &[&str]) -> Vec<(String, usize)> {
    let mut functions = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = function(line) else { continue };
        let indent = &line[..line.len() - line.trim_start().len()];
        // The formatter closes a function where it began.
        let rest = lines[at..].iter().enumerate().skip(1);
        let end = rest
            .take_while(|(_, line)| line.is_empty() || line.starts_with(indent))
            .find(|(_, line)| **line == format!("{indent}}}"));
        functions.push((name.to_owned(), end.map_or(1, |(end, _)| end + 1)));
    }
    functions
}

/// The name of the function that a line begins.
fn function(line: &str) -> Option<&str> {
    let words = line.trim_start();
    let at = words.find("fn ")?;
    let is_before = |word: &str| {
        ["const", "unsafe", "extern"].contains(&word)
            || word.starts_with("pub")
            || word.ends_with(')')
    };
    words[..at].split_whitespace().all(is_before).then(|| {
        let name = &words[at + 3..];
        &name[..name.find(['(', '<']).unwrap_or(name.len())]
    })
}

/// A ring that a module is in, its first and last step being one; modules that are in none are looked at once.
fn ring(
    module: &str,
    uses: &BTreeMap<String, BTreeMap<String, String>>,
    over: &mut BTreeSet<String>,
    path: &mut Vec<String>,
) -> Option<Vec<String>> {
    if over.contains(module) {
        return None;
    }
    let is_back = path.iter().position(|step| step == module);
    path.push(module.to_owned());
    if let Some(from) = is_back {
        return Some(path[from..].to_vec());
    }
    let next = uses.get(module).into_iter().flat_map(BTreeMap::keys);
    for next in next {
        if let Some(ring) = ring(next, uses, over, path) {
            return Some(ring);
        }
    }
    path.pop();
    over.insert(module.to_owned());
    None
}
