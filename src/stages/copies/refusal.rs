//! Why two texts that are alike are no copies all the same.

use crate::corpus::TextId;
use serde::Serialize;

/// The evidence that refused a pair which is similar enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase", tag = "evidence")]
pub enum Refusal {
    /// Of the numbers that stand at the same place of both texts, too many differ.
    Numbers {
        /// How many differ.
        differ: u32,
        /// How many there are.
        of: TextId,
    },
    /// Of the names that stand at the same place of both texts, too many differ.
    Names {
        /// How many differ.
        differ: u32,
        /// How many there are.
        of: TextId,
    },
    /// Each names a subject in its title and its text that the other lacks.
    Subject,
    /// They differ in short stretches only, each between words that both have: they fill in one template.
    Slots {
        /// How many such stretches there are.
        differ: u32,
        /// How many words the shorter text has.
        tokens: u32,
    },
    /// All they share is one block, with texts of their own around it on both sides.
    Apart {
        /// How much of the one with less of its own is its own, in percent.
        percent: u32,
    },
    /// The texts are too short to tell a copy from what is alike by chance.
    Short,
    /// The texts were published so far apart that what differs is no update.
    Late {
        /// How many hours lie between them.
        hours: u64,
    },
    /// All they share is what a template has.
    Template,
    /// One of them is a notice, which is a copy of nothing.
    Notice,
}
