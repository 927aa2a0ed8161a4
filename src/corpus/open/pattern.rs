//! The paths that a pattern matches, whatever their names are made of: `*`, `?`, `[…]`, and `**` for folders at any depth.
//!
//! Names need not be UTF-8: a byte that is none is one unknown character, which a wildcard matches.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern, PatternError};

/// What keeps paths from being found.
pub(in crate::corpus) enum Failed {
    Pattern(PatternError),
    Reading(PathBuf, io::Error),
}

/// Whether a path holds anything that is not to be taken literally.
pub(in crate::corpus) fn is_pattern(path: &Path) -> bool {
    is_wild(path.as_os_str())
}

fn is_wild(name: &OsStr) -> bool {
    name.as_encoded_bytes()
        .iter()
        .any(|byte| b"*?[".contains(byte))
}

/// All paths that a pattern matches, by name. As in a shell, a star does not find hidden files.
pub(in crate::corpus) fn matches(pattern: &Path) -> Result<Vec<PathBuf>, Failed> {
    // Stars that do not stand alone where they should are complained of as a whole.
    Pattern::new(&pattern.to_string_lossy()).map_err(Failed::Pattern)?;
    let mut found = vec![PathBuf::new()];
    for part in pattern.components() {
        let Component::Normal(name) = part else {
            found.iter_mut().for_each(|path| path.push(part));
            continue;
        };
        if !is_wild(name) {
            found.iter_mut().for_each(|path| path.push(name));
            continue;
        }
        let is_any_depth = name == "**";
        let one = Pattern::new(&name.to_string_lossy()).map_err(Failed::Pattern)?;
        let mut next = Vec::new();
        for folder in found {
            match is_any_depth {
                true => descend(folder, &mut next)?,
                false => list(&folder, &one, &mut next)?,
            }
        }
        found = next;
    }
    found.retain(|path| fs::symlink_metadata(path).is_ok());
    found.sort();
    found.dedup();
    Ok(found)
}

/// The names in a folder that match.
fn list(folder: &Path, one: &Pattern, found: &mut Vec<PathBuf>) -> Result<(), Failed> {
    let options = MatchOptions {
        require_literal_leading_dot: true,
        ..MatchOptions::new()
    };
    for name in names(folder)? {
        if one.matches_with(&name.to_string_lossy(), options) {
            found.push(folder.join(name));
        }
    }
    Ok(())
}

/// A folder and all below it, but for hidden ones and links.
fn descend(folder: PathBuf, found: &mut Vec<PathBuf>) -> Result<(), Failed> {
    for name in names(&folder)? {
        let below = folder.join(&name);
        let is_hidden = name.as_encoded_bytes().starts_with(b".");
        if !is_hidden && fs::symlink_metadata(&below).is_ok_and(|there| there.is_dir()) {
            descend(below, found)?;
        }
    }
    found.push(folder);
    Ok(())
}

/// The names in a folder; none where it is no folder.
fn names(folder: &Path) -> Result<Vec<std::ffi::OsString>, Failed> {
    use io::ErrorKind::{NotADirectory, NotFound};
    let here = match folder == Path::new("") {
        true => Path::new("."),
        false => folder,
    };
    let entries = match fs::read_dir(here) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => return Ok(Vec::new()),
        Err(error) => return Err(Failed::Reading(here.to_owned(), error)),
    };
    let names = entries.map(|entry| Ok(entry?.file_name()));
    let names: io::Result<Vec<_>> = names.collect();
    names.map_err(|error| Failed::Reading(here.to_owned(), error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(folder: &Path, pattern: &str) -> Vec<String> {
        let Ok(found) = matches(&folder.join(pattern)) else {
            panic!("{pattern} is a pattern");
        };
        let below = |path: PathBuf| {
            path.strip_prefix(folder)
                .unwrap()
                .to_string_lossy()
                .into_owned()
        };
        found.into_iter().map(below).collect()
    }

    #[test]
    fn patterns_find_what_a_shell_does() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in [
            "a/x.jsonl",
            "b.jsonl",
            "c/d/y.jsonl",
            "c/.hidden/z.jsonl",
            ".h.jsonl",
            "a[1]",
        ] {
            fs::create_dir_all(at(name).parent().unwrap()).unwrap();
            fs::write(at(name), "").unwrap();
        }
        assert_eq!(found(folder.path(), "*.jsonl"), ["b.jsonl"]);
        assert_eq!(found(folder.path(), "*/*.jsonl"), ["a/x.jsonl"]);
        let any_depth = ["a/x.jsonl", "b.jsonl", "c/d/y.jsonl"];
        assert_eq!(found(folder.path(), "**/*.jsonl"), any_depth);
        assert_eq!(found(folder.path(), "c/**/y.jsonl"), ["c/d/y.jsonl"]);
        assert_eq!(found(folder.path(), "?"), ["a", "c"]);
        assert_eq!(found(folder.path(), "[ab]*"), ["a", "a[1]", "b.jsonl"]);
        assert_eq!(found(folder.path(), "none/*"), [""; 0]);
        assert_eq!(found(folder.path(), ".*.jsonl"), [".h.jsonl"]);
        assert!(matches(Path::new("a**")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_utf_8_are_found() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().unwrap();
        let names = [&b"caf\xe9.jsonl"[..], b"caf\xe8.jsonl"].map(OsStr::from_bytes);
        for name in names {
            fs::write(folder.path().join(name), "").unwrap();
        }
        for pattern in ["*.jsonl", "caf?.jsonl", "*"] {
            let Ok(found) = matches(&folder.path().join(pattern)) else {
                panic!("{pattern} is a pattern");
            };
            assert_eq!(found.len(), 2, "{pattern}");
        }
    }
}
