//! How much memory a run may take: what was asked for, or half of what the machine, or the control group, has.

use std::fs;
use std::path::{Path, PathBuf};

/// A size as the flag takes it: in bytes, or as a share of what there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// In bytes.
    Bytes(u64),
    /// In hundredths.
    Share(u64),
}

/// What a run may take where nothing is said.
const DEFAULT: Size = Size::Share(50);

/// Reads a size: `4G`, `512M`, `50%`, or bytes.
///
/// # Errors
///
/// What was expected, where the text is no size.
pub fn size(text: &str) -> Result<Size, String> {
    let expected = || "a size such as 4G, 512M or 50%".to_owned();
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let number: u64 = digits.parse().map_err(|_| expected())?;
    let unit = text[digits.len()..].to_ascii_uppercase();
    let shift = match unit.trim_end_matches("IB").trim_end_matches('B') {
        "" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        "T" => 40,
        "%" if (1..=100).contains(&number) => return Ok(Size::Share(number)),
        _ => return Err(expected()),
    };
    let bytes = number.checked_mul(1 << shift).ok_or_else(expected)?;
    (bytes > 0)
        .then_some(Size::Bytes(bytes))
        .ok_or_else(expected)
}

/// The bytes that a run may take; `None` for any, where it is not known what there is.
pub fn limit(asked: Option<Size>) -> Option<u64> {
    match asked.unwrap_or(DEFAULT) {
        Size::Bytes(bytes) => Some(bytes),
        Size::Share(hundredths) => there_is().map(|bytes| bytes / 100 * hundredths),
    }
}

/// The memory of the machine, or of the control group where that is less.
fn there_is() -> Option<u64> {
    let machine = fs::read_to_string("/proc/meminfo").ok();
    let machine = machine.as_deref().and_then(total);
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    machine
        .into_iter()
        .chain(groups.lines().filter_map(of_group))
        .min()
}

/// The total of `/proc/meminfo`.
fn total(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes << 10)
}

/// The least limit of a group, given by its line in `/proc/self/cgroup`, and of those it is in.
fn of_group(line: &str) -> Option<u64> {
    let mut parts = line.splitn(3, ':').skip(1);
    let (controllers, path) = (parts.next()?, parts.next()?);
    let (root, file) = match controllers {
        "" => ("/sys/fs/cgroup", "memory.max"),
        _ if controllers.split(',').any(|name| name == "memory") => {
            ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
        }
        _ => return None,
    };
    let folder: PathBuf = Path::new(root).join(path.trim_start_matches('/'));
    let folders = folder
        .ancestors()
        .take_while(|folder| folder.starts_with(root));
    // A group without a limit says so in a word, or by a number beyond any memory.
    folders
        .filter_map(|folder| {
            fs::read_to_string(folder.join(file))
                .ok()?
                .trim()
                .parse()
                .ok()
        })
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units_or_are_shares() {
        let read = |text| size(text).ok();
        assert_eq!(read("4G"), Some(Size::Bytes(4 << 30)));
        assert_eq!(read("512M"), Some(Size::Bytes(512 << 20)));
        assert_eq!(read("512MiB"), Some(Size::Bytes(512 << 20)));
        assert_eq!(read("100kb"), Some(Size::Bytes(100 << 10)));
        assert_eq!(read("4096"), Some(Size::Bytes(4096)));
        assert_eq!(read("50%"), Some(Size::Share(50)));
        for wrong in [
            "",
            "G",
            "0",
            "0M",
            "4X",
            "0%",
            "101%",
            "-1",
            "4 G4",
            "99999999T",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_machines_memory_is_read_in_kilobytes() {
        assert_eq!(total("Foo: 1\nMemTotal:       16384 kB\n"), Some(16 << 20));
        assert_eq!(total("MemFree: 16384 kB"), None);
    }
}
