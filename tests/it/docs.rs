//! The pages in `docs/` and the README say what is true.
//!
//! With `UPDATE_DOCS=1` these tests write what is true into the pages, for a look at the difference.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The commands whose help is on the page of the command line.
const COMMANDS: [&str; 14] = [
    "",
    "cluster",
    "dedup",
    "explain",
    "report",
    "tune",
    "index",
    "seen",
    "serve",
    "changes",
    "work",
    "eval",
    "completions",
    "man",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Holds a page against what it should say, or makes it say that.
fn hold(path: &Path, expected: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(path, expected).expect("the page can be written");
        return;
    }
    let page = read(path);
    let mut differing = page.lines().zip(expected.lines()).zip(1..);
    let first = differing.find(|((is, should), _)| is != should);
    assert!(
        page == expected,
        "{} is not what it should be, first at {first:?}; UPDATE_DOCS=1 writes it anew",
        path.display()
    );
}

/// The README and all pages.
fn pages() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("docs")).expect("there is a folder");
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    let mut pages: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    pages.sort();
    pages.extend(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].map(|name| root().join(name)));
    pages
}

/// What stands in brackets behind a `](`, but addresses of the web.
fn links(page: &str) -> impl Iterator<Item = &str> {
    let targets = page.split("](").skip(1);
    let targets = targets.filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains("://"))
}

#[test]
fn the_page_on_the_command_line_is_what_help_says() {
    let mut page = String::from(
        "# The command line\n\nThis page is what `--help` says of each command. A test holds it equal.\n",
    );
    for command in COMMANDS {
        let command: Vec<&str> = command.split_whitespace().collect();
        let help = help_of(&command, &mut page);
        // The program itself names the commands that have sections anyway.
        for below in commands_in(&help).filter(|_| !command.is_empty()) {
            help_of(&[&command[..], &[below]].concat(), &mut page);
        }
    }
    hold(&root().join("docs/cli.md"), &page);
}

/// Adds what `--help` says of a command to a page, and hands it on.
fn help_of(command: &[&str], page: &mut String) -> String {
    let output = crate::command::program()
        .args(command)
        .arg("--help")
        .output()
        .expect("the program starts");
    let help = String::from_utf8(output.stdout).expect("it is UTF-8");
    let name = [&["samestory"], command].concat().join(" ");
    page.push_str(&format!("\n## {name}\n\n```text\n"));
    for line in help.lines() {
        page.push_str(line.trim_end());
        page.push('\n');
    }
    page.push_str("```\n");
    help
}

/// The commands that help lists below a command.
fn commands_in(help: &str) -> impl Iterator<Item = &str> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let lines = lines.take_while(|line| !line.is_empty());
    let names = lines.filter_map(|line| {
        line.strip_prefix("  ")?
            .split_whitespace()
            .next()
            .filter(|_| !line.starts_with("   "))
    });
    names.filter(|name| *name != "help")
}

#[test]
fn every_link_leads_to_a_file() {
    for path in pages() {
        let folder = path.parent().expect("it is in a folder");
        for link in links(&read(&path)) {
            let file = link.split('#').next().unwrap_or_default();
            let is_there = file.is_empty() || folder.join(file).exists();
            assert!(is_there, "{}: {link}", path.display());
        }
    }
}

#[test]
fn the_summary_lists_every_page_once() {
    let summary = read(&root().join("docs/SUMMARY.md"));
    let listed: Vec<&str> = links(&summary).collect();
    let distinct: BTreeSet<&str> = listed.iter().copied().collect();
    assert_eq!(listed.len(), distinct.len());
    for path in pages() {
        let name = path.file_name().expect("it has a name").to_string_lossy();
        let is_page = path.parent().is_some_and(|folder| folder.ends_with("docs"));
        if is_page && name != "SUMMARY.md" {
            assert!(distinct.contains(&*name), "{name} is not in SUMMARY.md");
        }
    }
}

/// The value of a constant in a source file, as it is written there.
fn value<'s>(source: &'s str, constant: &str) -> Option<&'s str> {
    let (_, declared) = source.split_once(&format!("const {constant}: "))?;
    let (_, value) = declared.split_once(" = ")?;
    Some(value.split(';').next()?.trim())
}

#[test]
fn the_numbers_that_decide_are_those_of_the_source() {
    let path = root().join("docs/numbers.md");
    let mut expected = String::new();
    for line in read(&path).lines() {
        let cells: Vec<&str> = line.split(" | ").collect();
        if let [file, constant, shown, ..] = cells[..]
            && let Some(file) = file.strip_prefix("| `")
        {
            let (file, constant) = (file.trim_end_matches('`'), constant.trim_matches('`'));
            let source = read(&root().join("src").join(file));
            let value = value(&source, constant);
            let value = value.unwrap_or_else(|| panic!("{file} has no constant {constant}"));
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            expected.push_str(&line.replacen(shown, &format!("`{value}`"), 1));
        } else {
            expected.push_str(line);
        }
        expected.push('\n');
    }
    hold(&path, &expected);
}

#[test]
fn the_readme_is_short_enough_to_be_read() {
    let lines = read(&root().join("README.md")).lines().count();
    assert!(lines <= 250, "{lines} lines");
}

/// What commands in blocks of `console` print is what the pages show.
#[cfg(unix)]
mod shown {
    use super::{hold, read, root};
    use std::path::Path;
    use std::process::Command;

    /// Whether a line says what a run took, which is another time each time.
    fn is_time(line: &str) -> bool {
        line.starts_with("time  ")
    }

    /// What a shell prints in a folder where `samestory` is on the path.
    fn told(command: &str, folder: &Path) -> String {
        let program = Path::new(env!("CARGO_BIN_EXE_samestory"));
        let programs = program.parent().expect("it is in a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        let output = Command::new("sh")
            .args(["-c", &format!("exec 2>&1\n{command}")])
            .env("PATH", format!("{}:{path}", programs.display()))
            .env_remove("COLUMNS")
            .current_dir(folder)
            .output()
            .expect("there is a shell");
        String::from_utf8(output.stdout).expect("it is UTF-8")
    }

    /// A page with what its commands print in place of what it shows.
    fn run(page: &str, folder: &Path) -> String {
        let mut made = String::new();
        let mut lines = page.lines().peekable();
        while let Some(line) = lines.next() {
            made.push_str(line);
            made.push('\n');
            if line != "```console" {
                continue;
            }
            while let Some(line) = lines.next_if(|line| *line != "```") {
                let command = line
                    .strip_prefix("$ ")
                    .expect("a block begins with a command");
                made.push_str(line);
                made.push('\n');
                let mut times = Vec::new();
                while let Some(shown) = lines.next_if(|it| !it.starts_with("$ ") && *it != "```") {
                    times.extend(is_time(shown).then_some(shown));
                }
                let mut times = times.into_iter();
                for told in told(command, folder).lines() {
                    let shown = is_time(told).then(|| times.next()).flatten();
                    made.push_str(shown.unwrap_or(told));
                    made.push('\n');
                }
            }
        }
        made
    }

    fn holds(name: &str) {
        let folder = tempfile::tempdir().expect("there is a place for temporary files");
        std::os::unix::fs::symlink(root().join("samples"), folder.path().join("samples"))
            .expect("links can be made");
        let path = root().join(name);
        hold(&path, &run(&read(&path), folder.path()));
    }

    #[test]
    fn commands_of_the_readme_print_what_it_shows() {
        holds("README.md");
    }

    #[test]
    fn commands_of_the_quick_start_print_what_it_shows() {
        holds("docs/quickstart.md");
    }
}
