//! Refusals: why two texts that share enough are no copies all the same.

/// Why two texts that share enough are no copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Refusal {
    /// So many of the numbers that stand aligned in both differ.
    Numbers {
        /// How many differ.
        differ: u32,
        /// How many stand aligned.
        of: u32,
    },
    /// So many of the names that stand aligned in both differ.
    Names {
        /// How many differ.
        differ: u32,
        /// How many stand aligned.
        of: u32,
    },
    /// Each has a word of its own title where the other has another one, and lacks the other's.
    Subject,
    /// So many short phrases stand against others.
    Slots {
        /// How many do.
        differ: u32,
        /// How many words the shorter text has.
        tokens: u32,
    },
    /// Both have much that the other lacks, around what they share.
    Apart {
        /// How much of either text at least, in percent.
        percent: u32,
    },
    /// The texts are too short for what they share to say anything.
    Short,
    /// The texts were published so far apart that what differs is no update.
    Late {
        /// How many hours apart.
        hours: u64,
    },
    /// What they share stands in many articles that are otherwise unlike.
    Template,
    /// The text stands under several unlike headlines, and is no article's.
    Notice,
}
