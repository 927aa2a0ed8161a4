//! Partitions: columns whose value stands in the name of a folder, `source=example.org/part-0.parquet`.

use std::path::{Component, Path};

use crate::corpus::open::input::Input;
use crate::corpus::record::fields::{FieldNames, Rank, Role};

/// Names in folders are worse than any name of a column, unless they were named by the user.
const WORSE: Rank = 800;

/// What is written for a value that is absent.
const ABSENT: &str = "__HIVE_DEFAULT_PARTITION__";

/// A column that has one value in all rows of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Partition {
    pub(crate) name: String,
    /// `None` where the folder says that there is none.
    pub(crate) value: Option<String>,
}

impl Partition {
    /// What the partition is in an article, and how good a name for it.
    pub(crate) fn role(&self, names: &FieldNames) -> Option<(Role, Rank)> {
        let (role, rank) = names.resolve(&self.name)?;
        let is_named = names.named().any(|(named, _)| named == role);
        Some((
            role,
            if is_named {
                rank
            } else {
                rank.saturating_add(WORSE)
            },
        ))
    }
}

/// The partitions that an input lies in, outermost first.
pub(crate) fn partitions(input: &Input) -> Vec<Partition> {
    let folders = Path::new(&input.name).parent();
    let folders = folders.into_iter().flat_map(Path::components);
    folders
        .filter_map(|folder| match folder {
            Component::Normal(name) => name.to_str()?.split_once('='),
            _ => None,
        })
        .map(|(name, value)| Partition {
            name: unescaped(name),
            value: (value != ABSENT).then(|| unescaped(value)),
        })
        .collect()
}

/// `%20` and the like resolved, where what comes of it is UTF-8.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).filter(|_| *first == b'%');
        let code = code.and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = code.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn escapes_are_resolved_and_other_percent_signs_stay() {
        assert_eq!(unescaped("a%20b%2Fc"), "a b/c");
        assert_eq!(unescaped("100%"), "100%");
        assert_eq!(unescaped("%zz%e6%97%a5"), "%zz日");
        assert_eq!(unescaped("%ff"), "%ff");
    }
}
