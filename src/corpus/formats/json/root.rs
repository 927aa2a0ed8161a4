//! Where in a JSON document its records stand.

use std::fmt;
use std::sync::Arc;

/// The steps that lead from a top-level value to its records; none where the values are records themselves.
///
/// Arrays are no steps: whatever stands in one stands where the array does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Root(Arc<[Step]>);

/// One step into an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Step {
    /// To the value of this key, as it is written.
    Key(Box<str>),
    /// To the value of any key: records by their ids.
    Any,
}

impl Root {
    pub(crate) fn of(steps: Vec<Step>) -> Root {
        Root(steps.into())
    }

    /// How many steps lead to a record.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the member of this key, in an object so many steps in, leads to records.
    pub(crate) fn leads(&self, level: usize, key: &[u8]) -> bool {
        match self.0.get(level) {
            Some(Step::Key(name)) => name.as_bytes() == key,
            Some(Step::Any) => true,
            None => false,
        }
    }
}

impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            let dot = if at > 0 { "." } else { "" };
            match step {
                Step::Key(name) => write!(f, "{dot}{name}")?,
                Step::Any => write!(f, "{dot}*")?,
            }
        }
        Ok(())
    }
}
